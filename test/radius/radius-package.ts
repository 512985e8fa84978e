import { createRequire } from 'node:module'

/** What we use of the npm package `radius`, which has no types: the independent peer. */
type RadiusPackage = {
  decode(args: { packet: Buffer; secret: string }): {
    readonly code: string
    readonly identifier: number
    readonly attributes: Readonly<Record<string, unknown>>
    readonly raw_attributes: readonly (readonly [number, Buffer])[]
  }
  encode(args: {
    code: string
    secret: string
    identifier?: number
    attributes: readonly (readonly unknown[])[]
    add_message_authenticator?: boolean
  }): Buffer
  encode_response(args: {
    packet: ReturnType<RadiusPackage['decode']>
    code: string
    secret: string
    attributes: readonly (readonly unknown[])[]
  }): Buffer
  verify_response(args: { response: Buffer; request: Buffer; secret: string }): boolean
}

export const radiusPackage: RadiusPackage = createRequire(import.meta.url)('radius')
