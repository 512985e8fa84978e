/** What has to be known for a first configuration. */
export type InitAnswers = DirectoryAnswers &
  GatewayAnswers & {
    /** Country of phone numbers without one, such as NL. */
    readonly region: string
    /** Path of the SQLite file. */
    readonly store: string
    /** Where to listen, if not on port 1812 of every address: `192.0.2.1:1812`. */
    readonly listen: readonly string[]
    /** Socket for commands, if not that of the unit of the system. */
    readonly adminSocket?: string
  }

export type DirectoryAnswers = {
  /** `ldaps://…`, or `ldap://…` for StartTLS. */
  readonly servers: readonly string[]
  /** PEM text of the authorities that sign the certificates; absent: those of the system. */
  readonly ca?: string
  readonly kind: 'ad' | 'openldap'
  readonly baseDn: string
  readonly bindDn: string
  readonly bindPassword: string
  /** Where it is not the first label of the domain in `baseDn`. */
  readonly netbiosDomain?: string
  readonly upnSuffixes: readonly string[]
}

export type GatewayAnswers = {
  readonly gatewayName: string
  /** Addresses and prefixes. */
  readonly gateway: readonly string[]
  readonly gatewaySecret: string
  /** As in the configuration; what is absent is not written. */
  readonly preset?: string
  readonly patience?: string
  readonly flow?: string
  readonly secondFactorFirst: boolean
}
