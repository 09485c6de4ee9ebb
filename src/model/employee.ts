/** A person with an internal number, and the SIP account of their phones. */
import { z } from 'zod'
import { name } from './name.ts'
import { internalNumber } from './number.ts'

export const sipSecret = z
  .string()
  .min(8, { error: 'secret-too-short' })
  .max(100, { error: 'secret-too-long' })
  .regex(/^[\x21-\x7e]+$/, { error: 'secret-characters' })
  .meta({ description: 'SIP password: 8 to 100 visible ASCII characters; made at random when left out' })

const fields = {
  name: name.meta({ examples: ['Anna Petrova'] }),
  number: internalNumber,
  secret: sipSecret,
}

export const employeeDraft = z
  .object({ name: fields.name, number: fields.number, secret: fields.secret.optional() })
  .meta({ id: 'EmployeeDraft', description: 'An employee to be made', examples: [{ name: 'Anna Petrova', number: '201' }] })
export type EmployeeDraft = z.output<typeof employeeDraft>

export const employeeChange = z.object(fields).partial().meta({ id: 'EmployeeChange', description: 'The fields to change; the others stay' })
export type EmployeeChange = z.output<typeof employeeChange>

export const employee = z
  .object({
    id: z.string(),
    name: z.string(),
    number: z.string().meta({ description: "Also the SIP user name of the employee's phones" }),
    version: z.int().meta({ description: 'Grows by one at every save; quoted, the entity tag of `If-Match`' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Employee', description: 'A person with an internal number' })
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
    contact: z.string().meta({ description: 'The registered contact URI' }),
    source: z.string().meta({ description: 'Where its packets come from', examples: ['udp:192.0.2.7:5060'] }),
    userAgent: z.string().nullable(),
    registeredAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Phone', description: 'One registered phone of an employee' })
export type Phone = z.infer<typeof phone>
