"""Writes what only the controller itself may write: LDIF from standard input, into its database. Argument: its folder."""
import sys
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

folder = sys.argv[1]
lp = LoadParm()
lp.load(folder + "/etc/smb.conf")
samdb = SamDB(url=folder + "/private/sam.ldb", session_info=system_session(), lp=lp)
samdb.modify_ldif(sys.stdin.read(), controls=["relax:0"])
