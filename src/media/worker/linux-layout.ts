/** Constants and structure layouts of 64-bit little-endian Linux, glibc and musl alike. */
import { getSystemErrorMap } from 'node:util'

/**
 * ```
 * struct mmsghdr  0 name* | 8 name size | 16 iovec* | 24 iovec count | 32 control* | 40 its size | 48 flags | 56 datagram size
 * struct iovec    0 base* | 8 size
 * ```
 */
export const MESSAGE_BYTES = 64
export const MESSAGE_NAME_AT = 0
export const MESSAGE_NAME_BYTES_AT = 8
export const MESSAGE_IOV_AT = 16
export const MESSAGE_IOV_COUNT_AT = 24
export const MESSAGE_SIZE_AT = 56
export const IOVEC_BYTES = 16

/** `struct epoll_event` is packed on x86-64 only. */
export const EPOLL_EVENT_BYTES = process.arch === 'x64' ? 12 : 16
export const EPOLL_DATA_AT = process.arch === 'x64' ? 4 : 8
export const EPOLL_ADD = 1
export const EPOLLIN = 1

export const SOCK_DGRAM = 2
export const SOCK_NONBLOCK = 0x800
export const SOCK_CLOEXEC = 0x80000
export const MSG_DONTWAIT = 0x40

export const SOL_SOCKET = 1
export const SO_SNDBUF = 7
export const SO_RCVBUF = 8
export const SO_SNDBUFFORCE = 32
export const SO_RCVBUFFORCE = 33
export const IPPROTO_IP = 0
export const IP_TOS = 1
export const IP_MTU_DISCOVER = 10
export const IPPROTO_IPV6 = 41
export const IPV6_ONLY = 26
export const IPV6_TRAFFIC_CLASS = 67

export const CLOCK_MONOTONIC = 1
export const PR_SET_TIMERSLACK = 29
/** For setpriority: `who` 0 is then the calling thread. */
export const PRIO_PROCESS = 0
export const SCHED_RR = 2
/** What the thread starts is ordinary again. */
export const SCHED_RESET_ON_FORK = 0x40000000

export const EINTR = 4
export const EAGAIN = 11
export const EINVAL = 22
export const ENOBUFS = 105
export const ECONNREFUSED = 111

/** An error as Node's own: `code` is the system's name. */
export function systemError(errno: number, what: string): NodeJS.ErrnoException {
  const [code, text] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, 'unknown error']
  return Object.assign(new Error(`${what}: ${text} (${code})`), { code, errno })
}
