/** Runs before any schema is built: the server's content policy forbids compiling code from text, which zod would try. */
import { z } from 'zod'

z.config({ jitless: true })
