/** Answering a 401 or 407 with an account of ours (RFC 3261 §22.2, §22.3). */
import { answerChallenge } from './digest-client.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { printUri } from './uri.ts'

export type Credentials = { readonly username: string; readonly password: string }

export type Challenged = {
  readonly request: SipRequest
  readonly response: SipResponse
  readonly credentials: Credentials | undefined
}

type Proof = ReadonlyArray<readonly [name: string, value: string]>

/** Header fields to add when the request is sent again; undefined when the response is no challenge that can be answered. */
export function proofFor({ request, response, credentials }: Challenged): Proof | undefined {
  if (!credentials || (response.status !== 401 && response.status !== 407)) return undefined
  const { method, uri, body } = request
  const fields = answerChallenge({ challenge: response.headers, ...credentials, method, uri: printUri(uri), body })
  return fields.length > 0 ? fields : undefined
}
