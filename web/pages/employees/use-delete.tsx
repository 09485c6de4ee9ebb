import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Employee } from '../../../src/model/employee.ts'
import { deleteEmployee, employeesQuery } from '../../api/employees.ts'
import { ask } from '../../ui/ask.tsx'
import { noticeDone, noticeProblem } from '../../ui/notice.tsx'

/** Asks, deletes, and answers whether the employee is gone. */
export function useDeleteEmployee(): (employee: Employee) => Promise<boolean> {
  const { t } = useTranslation()
  const client = useQueryClient()
  return async (employee) => {
    const agreed = await ask({
      title: t('employees.deleting.title'),
      text: t('employees.deleting.text', { name: employee.name, number: employee.number }),
      yes: t('ui.delete'),
      no: t('ui.cancel'),
      dangerous: true,
    })
    if (!agreed) return false
    try {
      await deleteEmployee(employee.id)
      client.setQueryData(employeesQuery.queryKey, (old) => old?.filter(({ id }) => id !== employee.id))
      noticeDone(t('employees.deleting.done'))
      return true
    } catch (error) {
      noticeProblem(t('employees.deleting.failed'), error)
      return false
    }
  }
}
