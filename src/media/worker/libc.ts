/**
 * The system calls that Node does not offer, through koffi: batched datagrams and sleeping to a point in time.
 *
 * Pointers are plain numbers (user addresses fit into 53 bits), structures are laid out by hand in the arena
 * (`linux-layout.ts`), so a call costs about 70 ns above the kernel's own time and allocates nothing.
 */
import { createRequire } from 'node:module'
import { endianness } from 'node:os'

export type Libc = {
  errno(): number
  /** The address of the first byte of `buffer`, which must never move. */
  addressOf(buffer: ArrayBuffer): number
  socket(domain: number, type: number, protocol: number): number
  bind(fd: number, address: number, sizeBytes: number): number
  close(fd: number): number
  setsockopt(fd: number, level: number, name: number, value: number, sizeBytes: number): number
  recvmmsg(fd: number, messages: number, count: number, flags: number, timeout: number): number
  sendmmsg(fd: number, messages: number, count: number, flags: number): number
  epollCreate(flags: number): number
  epollControl(epoll: number, operation: number, fd: number, event: number): number
  epollWait(epoll: number, events: number, count: number, timeoutMs: number): number
  /** clock_nanosleep */
  sleep(clock: number, flags: number, request: number, remain: number): number
  setPriority(which: number, who: number, value: number): number
  /** sched_setscheduler; `parameters` points to the priority as a 32-bit number. */
  setScheduler(thread: number, policy: number, parameters: number): number
  /** prctl with one argument. */
  control(option: number, value: number, unused3: number, unused4: number, unused5: number): number
}

export type LibcResult = { readonly libc: Libc; readonly reason: null } | { readonly libc: null; readonly reason: string }

/** The calls, or why there are none here. */
export function loadLibc(): LibcResult {
  if (process.platform !== 'linux') return missing(`batched system calls are used on Linux only, this is ${process.platform}`)
  if (endianness() !== 'LE' || !['x64', 'arm64', 'riscv64', 'loong64'].includes(process.arch)) {
    return missing(`the structures are laid out for 64-bit little-endian machines, this is ${process.arch}`)
  }
  try {
    return { libc: bindCalls(), reason: null }
  } catch (error) {
    return missing(`the system calls cannot be bound: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function missing(reason: string): LibcResult {
  return { libc: null, reason }
}

function bindCalls(): Libc {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const library = koffi.load(null) // the process itself: glibc and musl alike
  const call = <Call>(name: string, types: string[]): Call => library.func(name, 'int', types) as unknown as Call
  return {
    errno: () => koffi.errno(),
    addressOf: (buffer) => Number(koffi.address(new Uint8Array(buffer, 0, 1))),
    socket: call('socket', ['int', 'int', 'int']),
    bind: call('bind', ['int', 'size_t', 'uint']),
    close: call('close', ['int']),
    setsockopt: call('setsockopt', ['int', 'int', 'int', 'size_t', 'uint']),
    recvmmsg: call('recvmmsg', ['int', 'size_t', 'uint', 'int', 'size_t']),
    sendmmsg: call('sendmmsg', ['int', 'size_t', 'uint', 'int']),
    epollCreate: call('epoll_create1', ['int']),
    epollControl: call('epoll_ctl', ['int', 'int', 'int', 'size_t']),
    epollWait: call('epoll_wait', ['int', 'size_t', 'int', 'int']),
    sleep: call('clock_nanosleep', ['int', 'int', 'size_t', 'size_t']),
    setPriority: call('setpriority', ['int', 'uint', 'int']),
    setScheduler: call('sched_setscheduler', ['int', 'int', 'size_t']),
    control: call('prctl', ['int', 'ulong', 'ulong', 'ulong', 'ulong']),
  }
}
