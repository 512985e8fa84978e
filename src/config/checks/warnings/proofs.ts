import type { IdleSetting } from '../../finding.ts'
import type { Config, DirectoryConfig, GatewayConfig } from '../../resolved/resolve.ts'

type EapOfGateway = NonNullable<GatewayConfig['eap']>
type OuterMethod = EapOfGateway['methods'][number]

/** What proves a password, as far as it matters to the directory that checks it. */
type Proof = 'password' | 'chap' | 'ms-chap'

const innerProofs = {
  pap: 'password',
  'eap-gtc': 'password',
  chap: 'chap',
  'eap-md5': 'chap',
  'ms-chap-v2': 'ms-chap',
  'eap-ms-chap-v2': 'ms-chap',
} as const satisfies Record<EapOfGateway['inner'][number], Proof>

/** EAP methods of a gateway that none of the people of one of its directories can sign in by. */
export function findUnprovable(config: Config): readonly IdleSetting[] {
  return Object.values(config.gateways).flatMap(({ name, eap, firstFactor }) => {
    if (eap === undefined || eap.passOn || firstFactor.kind === 'none') return []
    return firstFactor.names.flatMap((directoryName) => {
      const directory = config.directories[directoryName]
      if (directory === undefined) return []
      return eap.methods
        .filter((method) => !canProve(directory, proofsOf(method, eap)))
        .map((method): IdleSetting => {
          const { why, remedy } = explain(method, directoryName, directory)
          return { setting: `gateways.${name}.eap`, why, remedy }
        })
    })
  })
}

/** Any one of them is enough. Undefined: no password is proven. */
function proofsOf(method: OuterMethod, { inner }: EapOfGateway): readonly Proof[] | undefined {
  switch (method) {
    case 'tls':
      return undefined
    // Windows and phones offer nothing else in PEAP, whatever else is allowed.
    case 'peap':
      return inner.includes('eap-ms-chap-v2') ? ['ms-chap'] : ['password']
    case 'ttls':
      return inner.map((name) => innerProofs[name])
    case 'ms-chap-v2':
      return ['ms-chap']
    case 'md5':
      return ['chap']
    case 'gtc':
      return ['password']
  }
}

function canProve(directory: DirectoryConfig, proofs: readonly Proof[] | undefined): boolean {
  if (proofs === undefined || proofs.includes('password')) return true
  switch (directory.type) {
    // What its servers can check is not known here.
    case 'radius':
      return true
    case 'ldap':
      return directory.winbind !== undefined && proofs.includes('ms-chap')
    case 'local': {
      const users = Object.values(directory.users)
      return users.length === 0 || users.some((user) => proofs.some((proof) => holds(user, proof)))
    }
  }
}

function holds({ password, sealedPassword, sealedNtHash }: LocalUser, proof: Proof): boolean {
  const isClear = password !== undefined || sealedPassword !== undefined
  return isClear || (proof === 'ms-chap' && sealedNtHash !== undefined)
}

type LocalUser = Extract<DirectoryConfig, { type: 'local' }>['users'][string]

const spoken: Readonly<Record<OuterMethod, string>> = {
  peap: 'PEAP with MS-CHAPv2, the only kind that Windows and most phones offer',
  ttls: 'TTLS with what inner allows',
  'ms-chap-v2': 'EAP-MSCHAPv2',
  md5: 'EAP-MD5',
  gtc: 'EAP-GTC',
  tls: 'EAP-TLS',
}

function explain(
  method: OuterMethod,
  name: string,
  directory: DirectoryConfig,
): Pick<IdleSetting, 'why' | 'remedy'> {
  const cannot = `people of directory ${name} cannot sign in by ${spoken[method]}`
  if (directory.type !== 'ldap') {
    return {
      why: `${cannot}: their passwords are kept as hashes that cannot check it`,
      remedy: `Give them a sealed_password (holdfast user seal), or take ${method} out of methods.`,
    }
  }
  if (directory.kind === 'ad' && method !== 'md5') {
    return {
      why: `${cannot}: ${name} has no winbind`,
      remedy: `Join this machine to the domain and set winbind (docs/how-to/join-the-domain.md), or take ${method} out of methods.`,
    }
  }
  return {
    why: `${cannot}: LDAP cannot check it`,
    remedy: `Take ${method} out of methods, and offer ttls with pap under inner.`,
  }
}
