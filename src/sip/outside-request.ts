/** Requests of ours outside of any dialog: what they are made of, and asking with them (RFC 3261 §8.1). */
import { Unavailable } from '../base/errors.ts'
import { newId, randomToken } from '../base/ids.ts'
import type { SipAddress } from './address.ts'
import { contactOf } from './capabilities.ts'
import { proofFor, type Credentials } from './challenge.ts'
import { Headers } from './headers.ts'
import { emptyBody, type SipRequest, type SipResponse } from './message.ts'
import { printNameAddr, type NameAddr } from './name-addr.ts'
import type { Outgoing } from './outgoing.ts'
import { noParams, withParam } from './params.ts'
import type { Flow } from './transport/transport.ts'
import type { SipUri } from './uri.ts'

type HeaderList = ReadonlyArray<readonly [name: string, value: string]>

/** Where a request goes and who sends it. */
export type Addressing = {
  /** The Request-URI, and To unless `toParty` says otherwise. */
  readonly to: SipUri
  readonly toParty?: NameAddr
  /** Its tag is added. */
  readonly from: NameAddr
  /** The address to send to: a phone's registered source, a trunk's proxy. Default: what `to` says. */
  readonly nextHop?: SipUri | SipAddress
  /** Route headers to be set, first hop first; the next hop is not taken from them. */
  readonly routes?: readonly NameAddr[]
  /** Added, or in place of ours with the same name. */
  readonly headers?: HeaderList
  readonly credentials?: Credentials
  readonly maxForwards?: number
}

export type RequestOptions = Addressing & {
  readonly method: string
  readonly body?: Uint8Array
  /** To keep the same ones over several requests, as a registration must (RFC 3261 §10.2.4). */
  readonly callId?: string
  readonly cseq?: number
}

export type CallOptions = Addressing & {
  /** Our offer, or what makes it once our own address towards the far end is known. */
  readonly sdp: Uint8Array | ((local: SipAddress) => Uint8Array)
}

/** The way to the next hop. @throws Unavailable, Invalid when there is none. */
export function wayOf(outgoing: Outgoing, { to, nextHop }: Addressing): Promise<Flow> {
  if (nextHop && 'address' in nextHop) return outgoing.flowToAddress(nextHop)
  return outgoing.flowTo(nextHop ?? to)
}

export type Making = {
  readonly method: string
  readonly flow: Flow
  readonly callId: string
  readonly seq: number
  readonly fromTag: string
  readonly headers?: HeaderList
  readonly body?: Uint8Array
}

/** What may decide about the transport: nothing, when the next hop is an address already. */
export function choosingUri({ to, nextHop }: Addressing): SipUri | undefined {
  return nextHop && 'address' in nextHop ? undefined : (nextHop ?? to)
}

/** A request without its Via. */
export function makeRequest(addressing: Addressing, making: Making): SipRequest {
  const { to, toParty, from, routes = [], maxForwards = 70 } = addressing
  const headers = new Headers()
  for (const route of routes) headers.add('Route', printNameAddr(route))
  headers.add('Max-Forwards', String(maxForwards))
  headers.add('From', printNameAddr({ ...from, params: withParam(from.params, 'tag', making.fromTag) }))
  headers.add('To', printNameAddr(toParty ?? { uri: withoutHeaders(to), params: noParams }))
  headers.add('Call-ID', making.callId).add('CSeq', `${making.seq} ${making.method}`)
  headers.add('Contact', contactOf(making.flow.local))
  for (const [name, value] of making.headers ?? []) headers.add(name, value)
  const own = addressing.headers ?? []
  for (const [name] of own) headers.remove(name)
  for (const [name, value] of own) headers.add(name, value)
  return { kind: 'request', method: making.method, uri: withoutHeaders(to), headers, body: making.body ?? emptyBody }
}

/** Sends a request and waits for its final response, answering one challenge. @throws Unavailable when none comes. */
export async function askOutside(outgoing: Outgoing, options: RequestOptions): Promise<SipResponse> {
  const flow = await wayOf(outgoing, options)
  const { method, body, callId = newCallId(), cseq: seq = 1, credentials } = options
  const making: Making = { method, flow, callId, seq, fromTag: randomToken(12), ...(body && { body }) }
  const first = makeRequest(options, making)
  const response = await askOnce(outgoing, { request: first, flow, uri: choosingUri(options) })
  const proof = proofFor({ request: first, response, credentials })
  if (!proof) return response
  return askOnce(
    outgoing,
    { request: makeRequest(options, { ...making, seq: seq + 1, headers: proof }), flow, uri: choosingUri(options) },
  )
}

type Sending = { readonly request: SipRequest; readonly flow: Flow; readonly uri: SipUri | undefined }

async function askOnce(outgoing: Outgoing, { request, flow, uri }: Sending): Promise<SipResponse> {
  const way = await outgoing.fitting(request, { flow, uri })
  return new Promise((resolve, reject) => {
    outgoing.send(request, {
      flow: way,
      owner: {
        response: (response) => {
          if (response.status >= 200) resolve(response)
        },
        failed: (why) => reject(new Unavailable(`${request.method} was not answered (${why})`, { code: 'no-answer' })),
      },
    })
  })
}

export function newCallId(): string {
  return newId('call')
}

function withoutHeaders(uri: SipUri): SipUri {
  const { headers: _headers, ...rest } = uri
  return rest
}
