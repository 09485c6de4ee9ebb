/** What a dialled number means. Pure: the saved things are asked for by whoever calls this. */
import type { Conference } from '../model/conference.ts'
import type { Employee } from '../model/employee.ts'

export type Destination =
  | { readonly kind: 'conference'; readonly conference: Conference }
  | { readonly kind: 'employee'; readonly employee: Employee }
  /** Nobody has this number. */
  | { readonly kind: 'nobody' }

/** The longest number anybody can have here; longer user parts are not looked up at all. */
const maxDialledDigits = 32

/** The digits of a request URI's user part, without visual separators and parameters; null when it is no number. */
export function dialledNumber(user: string | undefined): string | null {
  const plain = (user ?? '').split(';')[0]?.replace(/[-.() ]/g, '') ?? ''
  return /^\+?[0-9]+$/.test(plain) && plain.length <= maxDialledDigits ? plain : null
}

export interface Directory {
  conferenceWithNumber(number: string): Promise<Conference | null>
  employeeWithNumber(number: string): Promise<Employee | null>
}

/** Who has `number`, read at this moment: nothing is cached, nothing is stale. */
export async function destinationOf(number: string, directory: Directory): Promise<Destination> {
  const conference = await directory.conferenceWithNumber(number)
  if (conference) return { kind: 'conference', conference }
  const employee = await directory.employeeWithNumber(number)
  if (employee) return { kind: 'employee', employee }
  return { kind: 'nobody' }
}
