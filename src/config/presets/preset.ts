import type { Sending } from './sending.ts'
import type { Source } from './sources.ts'

/** Something known about a gateway: one plain sentence. */
export type Fact = { readonly text: string; readonly from: Source }

/** A value, as the configuration file would have it. */
export type Sourced<Value> = {
  readonly value: Value
  readonly from: Source
  /** Why this value. */
  readonly because?: string
}

/** How a gateway proves the password. `no-password`: it has checked it and sends none. */
export type Protocol = 'pap' | 'chap' | 'ms-chap' | 'ms-chapv2' | 'eap' | 'no-password'

/** An attribute by its name in our dictionary. `from` vouches for the attribute; what it does there is convention. */
export type AttributeUse = { readonly name: string; readonly use: string; readonly from: Source }

/** Defaults of a gateway entry, by the keys of the file; what is explicit there wins. */
export type PresetSettings = {
  /** How long the gateway waits before anyone has changed its timers. */
  readonly patience?: Sourced<string>
  readonly challenges?: Sourced<boolean>
  /** False unless shown otherwise: people who are taken for the same device may share an approval (RULES 2). */
  readonly person_specific_device: Sourced<boolean>
  /** Where the device is, if not in Calling-Station-Id. */
  readonly device_attribute?: Sourced<string>
  readonly charset?: Sourced<string>
}

/** What is known of one kind of gateway. */
export type Preset = {
  /** The product, as people call it. */
  readonly title: string
  /** Other words that `preset:` and `--preset` take for it. */
  readonly alsoCalled?: readonly string[]
  readonly settings: PresetSettings
  /** The longest patience that the gateway can be brought to, as in the file. */
  readonly mostPatience?: Sourced<string>
  /** What it may send, what it prefers first. */
  readonly protocols: readonly Sourced<Protocol>[]
  /** What `holdfast simulate` and the simulation in the tests play. */
  readonly sending: Sending
  /** Time-outs and tries it comes with. */
  readonly timers: readonly Fact[]
  /** What to change on it. */
  readonly advice: readonly Fact[]
  /** `patience` to write once the advice is followed. */
  readonly advisedPatience?: string
  /** Attributes of an Access-Accept that put the person into a group or role. */
  readonly groups: readonly AttributeUse[]
  /** Attributes of a request that carry the person’s address. Empty: none is known. */
  readonly device: readonly AttributeUse[]
  /** How to make it send Message-Authenticator, as the log says it when it does not. */
  readonly messageAuthenticator?: Fact
  readonly quirks: readonly (Fact & { readonly id: string })[]
}
