import type { Person } from './loader.ts'

/** As many different users as a mid-sized company has. */
export const peopleCount = 20_000

/** People with a password each, the same ones in every process. */
export function benchPeople(count = peopleCount): Person[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index.toString().padStart(6, '0')
    return { name: `person-${number}`, password: `Right-Passw0rd-${number.slice(-3)}` }
  })
}
