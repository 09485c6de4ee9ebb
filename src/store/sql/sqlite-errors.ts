/** What SQLite and the file system complain of, in plain words. */
import { OutsideError, Unavailable } from '../../base/errors.ts'

/** Turns a failure of the storage into `Unavailable`; anything else, bugs included, comes back as it is. */
export function plainStorageError(cause: unknown, file: string): unknown {
  if (cause instanceof OutsideError) return cause
  const code = (cause as { code?: unknown } | null)?.code
  if (typeof code !== 'string') return cause
  const known = words(code, file)
  return known ? new Unavailable(known.message, { code: known.code, cause }) : cause
}

function words(code: string, file: string): { code: string; message: string } | null {
  const advice = 'give the data folder to the user that runs veche.'
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return { code: 'store-unwritable', message: `${file} cannot be written by this user: ${advice}` }
    case 'ENOTDIR':
    case 'EEXIST':
      return { code: 'store-unwritable', message: `The folder of ${file} cannot be made: its name is taken by something else.` }
    case 'ENOENT':
      return { code: 'store-unwritable', message: `The folder of ${file} cannot be made.` }
    case 'ENOSPC':
      return { code: 'store-full', message: `The disk of ${file} is full.` }
  }
  // SQLite's extended codes begin with the plain one: `SQLITE_IOERR_WRITE`.
  switch (/^SQLITE_[A-Z]+/.exec(code)?.[0]) {
    case 'SQLITE_READONLY':
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_PERM':
      return { code: 'store-unwritable', message: `${file} cannot be opened for writing: ${advice}` }
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return { code: 'store-locked', message: `${file} is locked by another program.` }
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return { code: 'store-corrupt', message: `${file} is damaged or is not a veche database: restore it from a backup.` }
    case 'SQLITE_FULL':
      return { code: 'store-full', message: `The disk of ${file} is full.` }
    case 'SQLITE_IOERR':
      return { code: 'store-io', message: `The disk of ${file} answers with errors (${code}).` }
    default:
      return null
  }
}
