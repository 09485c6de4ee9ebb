import { Table, UnstyledButton } from '@mantine/core'
import { Icon } from './icon.tsx'

export type Sorting<Key extends string> = { readonly by: Key; readonly down: boolean }

export type SortedHeadProps<Key extends string> = {
  readonly name: Key
  readonly label: string
  readonly sorting: Sorting<Key>
  readonly onSort: (next: Sorting<Key>) => void
  /** Left out on narrower screens. */
  readonly visibleFrom?: 'sm'
}

/** A column head that sorts by its column; pressed again, the other way round. */
export function SortedHead<Key extends string>({ name, label, sorting, onSort, visibleFrom }: SortedHeadProps<Key>) {
  const active = sorting.by === name
  return (
    <Table.Th
      {...(visibleFrom === undefined ? {} : { visibleFrom })}
      aria-sort={active ? (sorting.down ? 'descending' : 'ascending') : 'none'}
    >
      <UnstyledButton className="sort" onClick={() => onSort({ by: name, down: active && !sorting.down })}>
        {label}
        <Icon name={active ? (sorting.down ? 'down' : 'up') : 'sort'} size={12} />
      </UnstyledButton>
    </Table.Th>
  )
}
