/**
 * The tables as the query builder sees them, in types that SQLite and PostgreSQL share: moments are ISO 8601 text in UTC
 * (they sort as time does), truth is 0 or 1, JSON is text.
 */

/** Which number belongs to whom; the one place that keeps numbers unique across all kinds. */
export type NumbersTable = { number: string; kind: string; owner_id: string }

export type ConferencesTable = {
  id: string
  name: string
  number: string
  pin: string | null
  language: string | null
  join_tone: number
  version: number
  created_at: string
  updated_at: string
}

export type EmployeesTable = {
  id: string
  name: string
  number: string
  /** In clear: SIP digest (RFC 8760 §2.6) needs it, and the panel shows it to set up a phone. */
  secret: string
  version: number
  created_at: string
  updated_at: string
}

/** One row per setting that was ever changed; the others have the default of the running version. */
export type SettingsTable = { key: string; value: string }

export type StaysTable = {
  id: string
  call_id: string
  caller_kind: string
  caller_number: string
  caller_name: string
  caller_employee_id: string | null
  source: string
  conference_id: string
  conference_name: string
  conference_number: string
  room_id: string | null
  started_at: string
  answered_at: string | null
  entered_at: string | null
  ended_at: string | null
  end_reason: string | null
  /** Names and numbers folded as `search-text.ts` does: databases disagree on lower-casing Cyrillic. */
  search_text: string
}

export type AdministratorsTable = { id: string; login: string; password_hash: string; created_at: string; updated_at: string }

export type SignInsTable = {
  /** SHA-256 of the token, hex. */
  token_hash: string
  administrator_id: string
  created_at: string
  seen_at: string
}

export type ApiKeysTable = { id: string; name: string; token_hash: string; created_at: string; last_used_at: string | null }

/** `contacts` is a JSON array, as the registrar made it. */
export type BindingsTable = { account: string; contacts: string }

/** When a server of this store was last known to be alive. */
export type AliveTable = { node: string; at: string }

export type MigrationsTable = { version: number; name: string; applied_at: string }

export type Tables = {
  numbers: NumbersTable
  conferences: ConferencesTable
  employees: EmployeesTable
  settings: SettingsTable
  stays: StaysTable
  administrators: AdministratorsTable
  sign_ins: SignInsTable
  api_keys: ApiKeysTable
  bindings: BindingsTable
  alive: AliveTable
  migrations: MigrationsTable
}
