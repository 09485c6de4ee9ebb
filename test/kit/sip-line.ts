/**
 * One socket that speaks SIP with the server: bytes out, messages in. Reads and prints with `src/sip`, has no transactions of
 * its own; whoever holds it may send what it likes.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, type Socket as TcpSocket } from 'node:net'
import type { SipMessage } from '../../src/sip/message.ts'
import { parseMessage } from '../../src/sip/parse.ts'
import { createStreamFramer } from '../../src/sip/stream-framer.ts'

export type SipTarget = { readonly transport: 'udp' | 'tcp'; readonly address: string; readonly port: number }

export interface SipLine {
  readonly target: SipTarget
  /** Our own end of the socket. */
  readonly local: { readonly address: string; readonly port: number }
  onMessage: (message: SipMessage, bytes: Uint8Array) => void
  /** Cut: nothing is sent, nothing that comes is seen, yet the socket stays (so that nobody is told that we are gone). */
  cut: boolean
  send(bytes: Uint8Array): void
  close(): void
}

/** Opens a line; `from` is our own address, chosen by the system when left out. */
export function openSipLine(target: SipTarget, from?: string): Promise<SipLine> {
  return target.transport === 'udp' ? openUdp(target, from) : openTcp(target, from)
}

function openUdp(target: SipTarget, from = target.address.includes(':') ? '::1' : '127.0.0.1'): Promise<SipLine> {
  const socket: UdpSocket = createSocket(target.address.includes(':') ? 'udp6' : 'udp4')
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, from, () => {
      socket.removeAllListeners('error')
      // The server's port may be closed while it is being stopped; a datagram lost is what we test anyway.
      socket.on('error', () => {})
      const { address, port } = socket.address()
      const line: SipLine = {
        target,
        local: { address, port },
        onMessage: () => {},
        cut: false,
        send: (bytes) => {
          if (!line.cut) socket.send(bytes, target.port, target.address, () => {})
        },
        close: () => socket.close(),
      }
      socket.on('message', (bytes) => take(line, bytes))
      resolve(line)
    })
  })
}

function openTcp(target: SipTarget, from?: string): Promise<SipLine> {
  const socket: TcpSocket = connect({
    host: target.address,
    port: target.port,
    ...(from !== undefined && { localAddress: from }),
  })
  const framer = createStreamFramer()
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      socket.on('error', () => {})
      const line: SipLine = {
        target,
        local: { address: socket.localAddress ?? '', port: socket.localPort ?? 0 },
        onMessage: () => {},
        cut: false,
        send: (bytes) => {
          if (!line.cut && socket.writable) socket.write(bytes)
        },
        close: () => socket.destroy(),
      }
      socket.on('data', (bytes: Buffer) => {
        for (const event of framer.push(bytes)) if (event.kind === 'message') take(line, event.bytes)
      })
      resolve(line)
    })
  })
}

function take(line: SipLine, bytes: Uint8Array): void {
  if (line.cut) return
  const result = parseMessage(bytes)
  if (result.kind === 'message') line.onMessage(result.message, bytes)
}
