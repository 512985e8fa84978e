import {
  createSoftwarePasskey,
  type Says,
  type SoftwarePasskey,
} from '../../support/software-passkey.ts'
import { type Answer, host, type PortalLab, passkeys, publicUrl } from './lab.ts'

export type Device = SoftwarePasskey & { readonly authenticatorId: string }

/** Gives a person a passkey, on a device of theirs. */
export async function enrolPasskey(
  lab: PortalLab,
  user: string,
  more: { readonly isDeviceBound?: boolean } = {},
): Promise<Device> {
  const store = lab.store()
  const key = `local:${user}`
  const handle = await store.personRecords.userHandle(key)
  const device = createSoftwarePasskey({
    ...{ host, origin: publicUrl, userHandle: Buffer.from(handle).toString('base64url') },
    ...more,
  })
  const owner = { key, name: user, displayName: user, userHandle: handle, existing: [] }
  const options = await passkeys.registrationOptions(owner)
  const response = device.register(options)
  const made = await passkeys.verifyRegistration(response, options.challenge, key)
  if (made === undefined) throw new Error('not registered')
  const { id } = await store.authenticators.add(made)
  return { ...device, authenticatorId: id }
}

/** What a page gives its browser to sign, wherever in the answer it is. */
export function toSign({ body }: Answer): { readonly challenge: string } {
  const { question, options = (question as { passkey?: unknown } | undefined)?.passkey } = body
  const challenge = (options as { challenge?: unknown } | undefined)?.challenge
  if (typeof challenge !== 'string') throw new Error(`nothing to sign: ${JSON.stringify(body)}`)
  return { challenge }
}

export function signed(answer: Answer, device: SoftwarePasskey, says?: Says) {
  return { passkey: device.sign(toSign(answer), says) }
}
