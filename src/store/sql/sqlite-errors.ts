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
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return { code: 'store-unwritable', message: `${file} cannot be written by this user: give the data folder to the user that runs veche.` }
    case 'ENOTDIR':
    case 'EEXIST':
      return { code: 'store-unwritable', message: `The folder of ${file} cannot be made: something that is not a folder has its name.` }
    case 'ENOENT':
      return { code: 'store-unwritable', message: `The folder of ${file} cannot be made.` }
    case 'ENOSPC':
      return { code: 'store-full', message: `The disk of ${file} is full.` }
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_PERM'))
    return { code: 'store-unwritable', message: `${file} cannot be opened for writing: give the data folder to the user that runs veche.` }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return { code: 'store-locked', message: `${file} is locked by another program.` }
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB'))
    return { code: 'store-corrupt', message: `${file} is damaged or is not a veche database: restore it from a backup.` }
  if (code.startsWith('SQLITE_FULL')) return { code: 'store-full', message: `The disk of ${file} is full.` }
  if (code.startsWith('SQLITE_IOERR')) return { code: 'store-io', message: `The disk of ${file} answers with errors (${code}).` }
  return null
}
