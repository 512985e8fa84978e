import { type BerWriter, Control } from 'ldapts'

/** LDAP_SERVER_SD_FLAGS_OID (MS-ADTS 3.1.1.3.4.1.11). */
const oid = '1.2.840.113556.1.4.801'
/** A SEQUENCE of the INTEGER 4, DACL_SECURITY_INFORMATION. */
const accessListOnly = Buffer.of(0x30, 0x03, 0x02, 0x01, 0x04)
const octetString = 0x04

/** Asks Active Directory for the access list of nTSecurityDescriptor alone: the rest takes more rights than a user has. */
export class AccessListControl extends Control {
  constructor() {
    super(oid)
  }

  override writeControl(writer: BerWriter): void {
    writer.writeBuffer(accessListOnly, octetString)
  }
}
