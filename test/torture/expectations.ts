/**
 * What RFC 4475 wants to happen to each of its messages, in its order. Where it leaves a choice, ours is written down.
 */

export type TortureExpectation = {
  /** As in the RFC; the file is `messages/<name>.dat`. */
  readonly name: string
  /** Of RFC 4475. */
  readonly section: string
  readonly what: string
  /** What the parser makes of it: a message, a request to be refused with this status, or something to be dropped. */
  readonly parsed: 'message' | 400 | 505 | 'garbage'
  /**
   * What a server that it reaches may answer in the end: one of these; `well-formed`: anything that does not call the
   * message malformed; `nothing`: silence (responses nobody asked for).
   */
  readonly answer: readonly number[] | 'well-formed' | 'nothing'
}

export const tortureExpectations: readonly TortureExpectation[] = table([
  // 3.1.1: valid messages
  ['wsinv', '3.1.1.1', 'folds and spaces wherever they may stand', 'message', 'well-formed'],
  ['intmeth', '3.1.1.2', 'every letter the grammar allows, in an unknown method', 'message', [405, 501]],
  ['esc01', '3.1.1.3', 'percent-escapes are undone once', 'message', 'well-formed'],
  ['escnull', '3.1.1.4', 'escaped NULs end no string: two contacts', 'message', 'well-formed'],
  ['esc02', '3.1.1.5', 'percent signs that escape nothing; the method is not REGISTER', 'message', [405, 501]],
  ['lwsdisp', '3.1.1.6', 'no space between the display name and <', 'message', 'well-formed'],
  ['longreq', '3.1.1.7', 'long values, many Vias', 'message', 'well-formed'],
  ['dblreq', '3.1.1.8', 'what follows the end of the body is not another request', 'message', 'well-formed'],
  ['semiuri', '3.1.1.9', 'a semicolon belongs to the user part', 'message', 'well-formed'],
  ['transports', '3.1.1.10', 'unknown transports in Via', 'message', 'well-formed'],
  ['mpart01', '3.1.1.11', 'a binary body with NULs', 'message', 'well-formed'],
  ['unreason', '3.1.1.12', 'a reason phrase in UTF-8', 'message', 'nothing'],
  ['noreason', '3.1.1.13', 'an empty reason phrase', 'message', 'nothing'],
  // 3.1.2: invalid messages
  ['badinv01', '3.1.2.1', 'separators without anything between them', 400, [400]],
  ['clerr', '3.1.2.2', 'Content-Length greater than the body', 400, [400]],
  ['ncl', '3.1.2.3', 'Content-Length below zero', 400, [400]],
  ['scalar02', '3.1.2.4', 'numbers beyond their range in a request', 400, [400]],
  ['scalarlg', '3.1.2.5', 'numbers beyond their range in a response', 'garbage', 'nothing'],
  ['quotbal', '3.1.2.6', 'a quoted string that never ends', 400, [400]],
  ['ltgtruri', '3.1.2.7', 'the Request-URI in angle brackets', 400, [400]],
  ['lwsruri', '3.1.2.8', 'a space within the Request-URI', 400, [400]],
  ['lwsstart', '3.1.2.9', 'two spaces in the Request-Line', 400, [400]],
  ['trws', '3.1.2.10', 'spaces at the end of the Request-Line', 400, [400]],
  ['escruri', '3.1.2.11', 'headers in the Request-URI', 400, [400]],
  // Who does not use the date need not look at it.
  ['baddate', '3.1.2.12', 'a date in a zone that is not GMT', 'message', 'well-formed'],
  ['regbadct', '3.1.2.13', 'a contact with headers and without angle brackets', 400, [400]],
  ['badaspec', '3.1.2.14', 'spaces within angle brackets', 400, [400]],
  ['baddn', '3.1.2.15', 'a comma in a display name without quotes', 400, [400]],
  ['badvers', '3.1.2.16', 'a protocol of the future', 505, [505]],
  ['mismatch01', '3.1.2.17', 'CSeq names another method', 400, [400]],
  ['mismatch02', '3.1.2.18', 'CSeq names another method, the request an unknown one', 400, [400, 501]],
  ['bigcode', '3.1.2.19', 'a status beyond 699', 'garbage', 'nothing'],
  // 3.2: transactions
  ['badbranch', '3.2.1', 'a branch that is the magic cookie and no more', 'message', 'well-formed'],
  // 3.3: what the layers above decide
  ['insuf', '3.3.1', 'From, To and Call-ID are missing', 400, [400]],
  ['unkscm', '3.3.2', 'a Request-URI of an unknown scheme', 'message', [416]],
  ['novelsc', '3.3.3', 'a Request-URI of a known scheme that is not ours', 'message', [416]],
  ['unksm2', '3.3.4', 'foreign schemes in To, From and Contact of a REGISTER', 'message', [400, 401, 404, 416]],
  ['bext01', '3.3.5', 'extensions nobody supports are required', 'message', [420]],
  ['invut', '3.3.6', 'a body of an unknown type', 'message', [404, 415]],
  ['regaut01', '3.3.7', 'credentials of an unknown scheme are as good as none', 'message', [401, 404]],
  ['multi01', '3.3.8', 'several values where one may stand', 400, [400]],
  ['mcl01', '3.3.9', 'two Content-Lengths', 400, [400]],
  ['bcast', '3.3.10', 'a 200 whose second Via is the broadcast address', 'message', 'nothing'],
  ['zeromf', '3.3.11', 'Max-Forwards is 0: the last hop answers all the same', 'message', [200, 401, 404, 405, 483]],
  ['cparam01', '3.3.12', 'an unknown parameter of the contact', 'message', 'well-formed'],
  ['cparam02', '3.3.13', "an unknown parameter of the contact's URI", 'message', 'well-formed'],
  ['regescrt', '3.3.14', "headers in the contact's URI", 'message', 'well-formed'],
  ['sdp01', '3.3.15', 'an INVITE that accepts no SDP in return', 'message', [404, 406]],
  // 3.4: RFC 2543
  ['inv2543', '3.4.1', 'no branch, no tag, no Max-Forwards, no Content-Length', 'message', 'well-formed'],
])

type Row = readonly [
  name: string,
  section: string,
  what: string,
  parsed: TortureExpectation['parsed'],
  answer: TortureExpectation['answer'],
]

function table(rows: readonly Row[]): readonly TortureExpectation[] {
  return rows.map(([name, section, what, parsed, answer]) => ({ name, section, what, parsed, answer }))
}
