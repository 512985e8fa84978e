"""Loads the lab's people into a domain that was just provisioned: samba-load.py FOLDER < JSON."""
import json
import sys

from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

folder = sys.argv[1]
wanted = json.load(sys.stdin)
lp = LoadParm()
lp.load(folder + '/etc/smb.conf')
db = SamDB(url=folder + '/private/sam.ldb', session_info=system_session(), lp=lp)
db.transaction_start()
for ldif in wanted['ldif']:
    db.modify_ldif(ldif)
for user, group in wanted['primaryGroups'].items():
    rid = db.search(group, attrs=['primaryGroupToken'])[0]['primaryGroupToken'][0].decode()
    db.modify_ldif(f'dn: {user}\nchangetype: modify\nreplace: primaryGroupID\nprimaryGroupID: {rid}\n')
db.transaction_commit()
