import type { PushAuthenticator } from '../../accounts/index.ts'
import type { Choices } from './choices.ts'

/** Phones that could be asked here and have shown none of what was sent to them lately. */
export function silentPhones({ options }: Pick<Choices, 'options'>): readonly PushAuthenticator[] {
  const phones = options.flatMap((option) => (option.method === 'push' ? option.phones : []))
  return phones.filter(({ silentSinceMs }) => silentSinceMs !== undefined)
}

/** Whether none of the person's phones is likely to show anything: then another way is asked first. */
export function areSilent(choices: Pick<Choices, 'options'>): boolean {
  const silent = silentPhones(choices).length
  return choices.options.some(({ method, ...option }) => {
    const phones = 'phones' in option ? option.phones : []
    return method === 'push' && phones.length > 0 && phones.length === silent
  })
}
