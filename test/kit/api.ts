/** The server's REST API, typed by the schemas of `src/model`. */
import type { Conference, ConferenceDraftInput } from '../../src/model/conference.ts'
import type { EmployeeDraft, EmployeeWithSecret } from '../../src/model/employee.ts'
import type { HistoryPage, Stay } from '../../src/model/history.ts'
import type { Room } from '../../src/model/room.ts'
import type { Settings } from '../../src/model/settings.ts'
import type { ServerStatus } from '../../src/model/status.ts'

export type ApiAnswer = { readonly status: number; readonly body: unknown; readonly headers: Headers }

/** A request was refused; `code` is the one of `model/problem`. */
export class ApiRefused extends Error {
  override readonly name = 'ApiRefused'
  readonly status: number
  readonly code: string

  constructor(what: string, { status, body }: ApiAnswer) {
    super(`${what}: ${status} ${JSON.stringify(body)}`)
    this.status = status
    this.code = String((body as { code?: unknown } | null)?.code ?? '')
  }
}

export class Api {
  readonly #base: string
  readonly #key: string

  constructor(base: string, key: string) {
    this.#base = base
    this.#key = key
  }

  /** Whether `/healthz` says ready; false also when nothing listens yet. */
  async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.#base}/healthz`)).status === 200
    } catch {
      return false
    }
  }

  createConference(draft: ConferenceDraftInput): Promise<Conference> {
    return this.must('POST', '/conferences', draft) as Promise<Conference>
  }

  changeConference(id: string, change: Partial<ConferenceDraftInput>, query = ''): Promise<Conference> {
    return this.must('PATCH', `/conferences/${id}${query}`, change) as Promise<Conference>
  }

  async deleteConference(id: string, query = ''): Promise<void> {
    await this.must('DELETE', `/conferences/${id}${query}`)
  }

  createEmployee(draft: EmployeeDraft): Promise<EmployeeWithSecret> {
    return this.must('POST', '/employees', draft) as Promise<EmployeeWithSecret>
  }

  /** Whatever wraps it: the answer's first array. */
  async rooms(): Promise<readonly Room[]> {
    return listOf<Room>(await this.must('GET', '/rooms'))
  }

  async conferences(): Promise<readonly Conference[]> {
    return listOf<Conference>(await this.must('GET', '/conferences'))
  }

  async employees(): Promise<readonly EmployeeWithSecret[]> {
    return listOf<EmployeeWithSecret>(await this.must('GET', '/employees'))
  }

  /** Newest first. */
  async history(query = '?limit=100'): Promise<readonly Stay[]> {
    return ((await this.must('GET', `/history${query}`)) as HistoryPage).stays
  }

  /** The row of the call with this Call-ID. */
  async stay(callId: string): Promise<Stay | undefined> {
    return (await this.history()).find((stay) => stay.callId === callId)
  }

  changeSettings(change: Partial<Settings>): Promise<Settings> {
    return this.must('PATCH', '/settings', change) as Promise<Settings>
  }

  status(): Promise<ServerStatus> {
    return this.must('GET', '/status') as Promise<ServerStatus>
  }

  /** Asks and gives whatever is answered. */
  async ask(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    const response = await fetch(`${this.#base}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown), headers: response.headers }
  }

  /** @throws ApiRefused on anything but 2xx. */
  async must(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.ask(method, path, body)
    if (answer.status < 200 || answer.status >= 300) throw new ApiRefused(`${method} ${path}`, answer)
    return answer.body
  }
}

function listOf<T>(body: unknown): readonly T[] {
  const list = Array.isArray(body) ? body : Object.values(body as object).find(Array.isArray)
  if (!list) throw new Error(`no list in ${JSON.stringify(body)}`)
  return list as readonly T[]
}
