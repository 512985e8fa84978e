import type { PersonStore, User } from '../../accounts/index.ts'

/** A person of the directory, with the language that they have chosen at the portal, if any. */
export type WithLanguage = (user: User) => Promise<User>

export function createWithLanguage(people: Pick<PersonStore, 'load'>): WithLanguage {
  return async (user) => {
    const { language } = await people.load(user.key)
    return language === undefined ? user : { ...user, language }
  }
}
