/** A person with an internal number, and the SIP account of their phones. */
import { z } from 'zod'
import { internalNumber } from './number.ts'

export const sipSecret = z
  .string()
  .min(8, { error: 'secret-too-short' })
  .max(100, { error: 'secret-too-long' })
  .regex(/^[\x21-\x7e]+$/, { error: 'secret-characters' })
  .meta({ description: 'SIP password: 8 to 100 visible ASCII characters; made at random when left out' })

const fields = {
  name: z.string().trim().min(1, { error: 'name-required' }).max(100, { error: 'name-too-long' }).meta({ examples: ['Anna Petrova'] }),
  number: internalNumber,
  secret: sipSecret,
}

export const employeeDraft = z
  .object({ name: fields.name, number: fields.number, secret: fields.secret.optional() })
  .meta({ id: 'EmployeeDraft' })
export type EmployeeDraft = z.output<typeof employeeDraft>

export const employeeChange = z.object(fields).partial().meta({ id: 'EmployeeChange' })
export type EmployeeChange = z.output<typeof employeeChange>

export const employee = z
  .object({
    id: z.string(),
    name: z.string(),
    /** Also the SIP user name of the employee's phones. */
    number: z.string(),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Employee' })
export type Employee = z.infer<typeof employee>

export const employeeWithSecret = employee
  .extend({ secret: z.string() })
  .meta({ id: 'EmployeeWithSecret', description: 'What making an employee answers, so that a phone can be set up at once' })
export type EmployeeWithSecret = z.infer<typeof employeeWithSecret>

/** One registered phone of an employee (RFC 3261 §10). */
export const phone = z
  .object({
    employeeId: z.string(),
    number: z.string(),
    /** The registered contact URI, as text. */
    contact: z.string(),
    /** Where its packets come from: `udp:192.0.2.7:5060`. */
    source: z.string(),
    userAgent: z.string().nullable(),
    registeredAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Phone' })
export type Phone = z.infer<typeof phone>
