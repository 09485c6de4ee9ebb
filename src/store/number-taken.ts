/** "This number is busy", with who has it. */
import { Conflict } from '../base/errors.ts'
import type { NumberOwner } from '../model/number.ts'

export class NumberTaken extends Conflict {
  readonly number: string
  readonly owner: NumberOwner

  constructor(number: string, owner: NumberOwner) {
    super(`The number ${number} belongs to the ${owner.kind} "${owner.name}".`, {
      code: 'number-taken',
      fields: { number: 'number-taken' },
    })
    this.number = number
    this.owner = owner
  }
}
