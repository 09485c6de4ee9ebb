import { queryOptions } from '@tanstack/react-query'
import type { Employee, EmployeeChange, EmployeeDraft, EmployeeWithSecret } from '../../src/model/employee.ts'
import { request } from './request.ts'

export const employeesQuery = queryOptions({
  queryKey: ['employees'],
  queryFn: ({ signal }) => request<Employee[]>('/employees', { signal }),
})

/** One employee with the SIP secret, which no list carries; forgotten as soon as the page is left. */
export const employeeQuery = (id: string) =>
  queryOptions({
    queryKey: ['employee', id],
    queryFn: async ({ signal }): Promise<EmployeeWithSecret> => {
      const [employee, { secret }] = await Promise.all([
        request<Employee>(`/employees/${id}`, { signal }),
        request<{ secret: string }>(`/employees/${id}/secret`, { signal }),
      ])
      return { ...employee, secret }
    },
    gcTime: 0,
  })

export const addEmployee = (draft: EmployeeDraft): Promise<EmployeeWithSecret> =>
  request('/employees', { method: 'POST', body: draft })

/** @throws RequestProblem with status 412 when somebody saved it after `based` was read */
export const changeEmployee = (based: Employee, change: EmployeeChange): Promise<Employee> =>
  request(`/employees/${based.id}`, { method: 'PATCH', body: change, version: based.version })

export const deleteEmployee = (id: string): Promise<void> => request(`/employees/${id}`, { method: 'DELETE' })
