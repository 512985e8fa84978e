import type { Secret } from '../../../support/index.ts'
import type { Config } from '../../resolved/resolve.ts'
import type { ConfigCheck } from './elsewhere.ts'

/** What is sealed for a local user, and whose it is. */
export type SealedPassword = {
  readonly owner: { readonly directory: string; readonly user: string }
  readonly sealed: string
  readonly as: 'password' | 'nt-hash'
}

/** Makes, of a sealing key, what says why something sealed does not open; undefined where it does. */
export type SealJudge = (sealingKey: Secret) => (password: SealedPassword) => string | undefined

/** Opens all that is sealed, so that what is wrong shows with its place before anything starts. */
export function checkSealedPasswords(judge: SealJudge): ConfigCheck {
  return (config) => {
    const whyClosed = config.sealingKey && judge(config.sealingKey)
    return sealedPasswords(config).flatMap((password) => {
      const { owner, as } = password
      const field = as === 'nt-hash' ? 'sealed_nt_hash' : 'sealed_password'
      const path = ['directories', owner.directory, 'users', owner.user, field]
      if (whyClosed === undefined) return [{ path, message: 'needs sealing_key' }]
      const message = whyClosed(password)
      return message === undefined ? [] : [{ path, message }]
    })
  }
}

function sealedPasswords({ directories }: Config): readonly SealedPassword[] {
  return Object.entries(directories).flatMap(([directory, settings]) =>
    settings.type === 'local'
      ? Object.entries(settings.users).flatMap(([user, { sealedPassword, sealedNtHash }]) => {
          const owner = { directory, user }
          return [
            ...(sealedPassword ? [{ owner, sealed: sealedPassword, as: 'password' as const }] : []),
            ...(sealedNtHash ? [{ owner, sealed: sealedNtHash, as: 'nt-hash' as const }] : []),
          ]
        })
      : [],
  )
}
