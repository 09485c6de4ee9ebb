/** Free ports for a server of ours, outside the range from which the system gives ports to sockets that ask for none. */
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

const lowest = 12_000
const highest = 31_000
const perServer = 100

export type ServerPorts = { readonly sip: number; readonly http: number; readonly media: number }

/** A block of ports in which nothing listens, on `address`: the first for SIP, the second for HTTP, the others for sound. */
export async function freePorts(address: string): Promise<ServerPorts> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const block = lowest + Math.floor(Math.random() * ((highest - lowest) / perServer)) * perServer
    const ports = { sip: block, http: block + 1, media: block + 10 }
    const free = [tcpIsFree(address, ports.sip), tcpIsFree(address, ports.http), udpIsFree(address, ports.sip)]
    for (let port = ports.media; port < block + perServer; port += 15) free.push(udpIsFree(address, port))
    if ((await Promise.all(free)).every(Boolean)) return ports
  }
  throw new Error(`no free ports between ${lowest} and ${highest}`)
}

function tcpIsFree(host: string, port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen({ host, port }, () => server.close(() => resolve(true)))
  })
}

function udpIsFree(address: string, port: number): Promise<boolean> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close()
      resolve(false)
    })
    socket.bind(port, address, () => socket.close(() => resolve(true)))
  })
}
