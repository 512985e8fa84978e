import type { AuthenticatorStore } from '../../accounts/index.ts'
import type { DemoPhone } from '../../delivery/index.ts'
import type { Texts } from '../../signin/index.ts'
import { type Bell, bellTexts } from './bell.ts'

export type DemoBellParts = {
  readonly demoPhone: Pick<DemoPhone, 'notify'>
  readonly authenticators: Pick<AuthenticatorStore, 'list'>
  readonly texts: Texts
  readonly onError: (error: unknown) => void
}

/** Shows on the demo phone what each phone would be told through its push service, which the demo cannot reach. */
export function createDemoBell({ authenticators, demoPhone, onError, texts }: DemoBellParts): Bell {
  async function ringAll({ language, user }: Parameters<Bell['ring']>[0]): Promise<void> {
    const enrolled = await authenticators.list(user.key)
    for (const { label } of enrolled.filter(({ method }) => method === 'push')) {
      notify('prompt', label, user.name, language)
    }
  }

  function notify(
    about: keyof typeof bellTexts,
    to: string,
    user: string,
    language: string | undefined,
  ): void {
    const { text, title } = bellTexts[about]
    const said = { subject: texts.text(title, language), text: texts.text(text, language) }
    demoPhone.notify({ to, user, ...said })
  }

  return {
    ring: (request) => void ringAll(request).catch(onError),
    tell(phones, language) {
      for (const { label, userKey } of phones) notify('change', label, userKey, language)
    },
  }
}
