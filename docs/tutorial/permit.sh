#!/usr/bin/env bash
# Takes a construction permit from receipt to result through the API, and adds up who held it for how long.
#
#   QUYTRINH_URL           address of the server; http://127.0.0.1:8080 where not given
#   QUYTRINH_TOKEN_<name>  token of a person, with _ for - in the name, such as QUYTRINH_TOKEN_lan_mc
#   QUYTRINH_PASSWORD      password with which everybody who has no token signs in
#   QUYTRINH_WAIT          command that lets time pass, called with a length such as "6 working days"; `echo` where not given
set -euo pipefail

URL=${QUYTRINH_URL:-http://127.0.0.1:8080}
WAIT=${QUYTRINH_WAIT:-echo}
HERE=$(cd "$(dirname "$0")" && pwd)
CALENDAR=${QUYTRINH_CALENDAR:-$HERE/../../workflows/calendars/hanoi.yaml}
ROOM=$(mktemp -d)
trap 'rm -rf "$ROOM"' EXIT

say()  { printf '\n== %s\n' "$*"; }
fail() { printf 'permit.sh: %s\n' "$*" >&2; exit 1; }
# Prints what a Python expression makes of the JSON on stdin, which it knows as `it`.
json() { python3 -c 'import json,sys; it=json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }

# Signs a person in unless he has a token; leaves curl's options for him in $ROOM/NAME.curl.
sign_in() {
  local who=$1 variable="QUYTRINH_TOKEN_${1//-/_}" page csrf
  [ -e "$ROOM/$who.curl" ] && return
  if [ -n "${!variable:-}" ]; then
    printf 'header = "Authorization: Bearer %s"\n' "${!variable}" > "$ROOM/$who.curl"
    return
  fi
  [ -n "${QUYTRINH_PASSWORD:-}" ] || fail "$who has neither $variable nor QUYTRINH_PASSWORD"
  page=$(curl -sS --fail-with-body -c "$ROOM/$who.jar" -b "$ROOM/$who.jar" "$URL/dang-nhap")
  csrf=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' <<< "$page" | head -1)
  curl -sS -o "$ROOM/answer" -c "$ROOM/$who.jar" -b "$ROOM/$who.jar" "$URL/dang-nhap" \
    --data-urlencode "csrf=$csrf" --data-urlencode "login=$who" --data-urlencode "password=$QUYTRINH_PASSWORD"
  csrf=$(curl -sS -b "$ROOM/$who.jar" "$URL/api/v1/me" | json 'it.get("csrf", "")')
  [ -n "$csrf" ] || fail "$who cannot sign in"
  printf 'cookie = "%s"\nheader = "X-CSRF-Token: %s"\n' "$ROOM/$who.jar" "$csrf" > "$ROOM/$who.curl"
}

# get WHO PATH
get() {
  sign_in "$1"
  curl -sS --fail-with-body -K "$ROOM/$1.curl" "$URL/api/v1$2"
}

# post WHO PATH BODY [curl options]: writes under a key of its own, so that sending it again would do nothing twice.
post() {
  local who=$1 path=$2 body=$3 status
  shift 3
  sign_in "$who"
  status=$(curl -sS -o "$ROOM/answer" -w '%{http_code}' -K "$ROOM/$who.curl" -X POST "$URL/api/v1$path" \
    -H 'Content-Type: application/json' -H "Idempotency-Key: $(python3 -c 'import uuid; print(uuid.uuid4())')" \
    "$@" -d "$body")
  case $status in
    2??) cat "$ROOM/answer" ;;
    *) cat "$ROOM/answer" >&2; fail "$who: $path answered $status to $body" ;;
  esac
}

# act WHO BODY: acts at the revision the case has now.
act() {
  local revision
  revision=$(get "$1" "/cases/$CASE" | json 'it["revision"]')
  post "$1" "/cases/$CASE/act" "$2" -H "If-Match: \"$revision\"" > "$ROOM/receipt"
  printf '   %-10s %s\n' "$1" "$(json '"#%s %s" % (it["seq"], " ".join(it["events"]))' < "$ROOM/receipt")"
}

# holder [BRANCH]: who answers for a branch now. step: where the main branch rests.
holder() { get "$CLERK" "/cases/$CASE" | json "next(b['holder']['id'] for b in it['branches'] if b['branch'] == ${1:-0})"; }
step()   { get "$CLERK" "/cases/$CASE" | json "next(b['step'] for b in it['branches'] if b['branch'] == 0)"; }
at()     { [ "$(step)" = "$1" ] || fail "the case rests in $(step), not in $1"; }
# A pool is its head's until somebody claims.
claim()  { [ "$(holder)" = "$1" ] || act "$1" '{"act":"claim"}'; }

CLERK=lan-mc

say "1. Tiếp nhận / receipt"
post "$CLERK" /cases '{
  "procedure": "cap-phep-xay-dung",
  "title": "Xây trụ sở 5 tầng, 800 m2, phường Mẫu",
  "channel": "paper",
  "fields": { "dien_tich_san": 800, "cap_cong_trinh": "III" },
  "documents": ["ban_ve"]
}' > "$ROOM/opened"
CASE=$(json 'it["case"]' < "$ROOM/opened")
echo "   hồ sơ / case $CASE"
at tiep_nhan
claim "$CLERK"
act "$CLERK" '{"act":"accept"}'

say "2. Kiểm tra: thiếu bản vẽ, yêu cầu bổ sung, đồng hồ dừng / a supplement is asked for, the clock stops"
at kiem_tra
OFFICER=$(holder)
act "$OFFICER" '{"act":"receive"}'
act "$OFFICER" '{"act":"request_supplement","reason":"Thiếu bản vẽ mặt bằng móng"}'
[ "$(get "$CLERK" "/cases/$CASE" | json '"stopped_since" in it')" = True ] || fail "the clock does not stand"
BEFORE=$(get "$CLERK" "/cases/$CASE" | json 'it["deadline"]')
$WAIT "3 working days"
act "$CLERK" '{"act":"supplement","documents":["ban_ve"]}'
AFTER=$(get "$CLERK" "/cases/$CASE" | json 'it["deadline"]')
[ "$(get "$CLERK" "/cases/$CASE" | json '"stopped_since" in it')" = False ] || fail "the clock still stands"
[[ ! $AFTER < $BEFORE ]] || fail "the deadline came nearer: $BEFORE, $AFTER"
echo "   hạn / deadline: $BEFORE -> $AFTER"

say "3. Thẩm định / assessment"
at kiem_tra
act "$OFFICER" '{"act":"complete"}'
at tham_dinh
$WAIT "1 working day"
act "$OFFICER" '{"act":"consult","fields":{"dat_yeu_cau":true}}'

say "4. Lấy ý kiến ba cơ quan, một cơ quan im lặng / three bodies are asked, one is silent"
at lay_y_kien
get "$OFFICER" "/cases/$CASE" \
  | json '"\n".join("%s %s" % (b["branch"], b["holder"]["id"]) for b in it["branches"] if b["branch"])' > "$ROOM/bodies"
[ "$(wc -l < "$ROOM/bodies")" = 3 ] || fail "not three bodies: $(cat "$ROOM/bodies")"
exec 3< "$ROOM/bodies"
for n in 1 2 3; do
  read -r branch body <&3
  if [ "$n" = 3 ]; then
    $WAIT "6 working days"
    # Silence has closed the branch where time could pass; on a real clock the third body answers too.
    [ "$(step)" = lay_y_kien ] || { echo "   $body: im lặng, coi như đồng ý / silent, taken to agree"; break; }
  fi
  act "$body" "{\"act\":\"answer\",\"branch\":$branch,\"fields\":{\"y_kien\":\"dong_y\"}}"
done
exec 3<&-

say "5. Dự thảo, trả lại một lần / drafted, returned once"
at du_thao
act "$OFFICER" '{"act":"submit"}'
at ra_soat
REVIEWER=$(holder)
[ "$REVIEWER" != "$OFFICER" ] || fail "who drafted also reviews"
act "$REVIEWER" '{"act":"return","reason":"Thiếu căn cứ về chiều cao"}'
at du_thao
act "$OFFICER" '{"act":"submit"}'
act "$REVIEWER" '{"act":"approve"}'

say "6. Trên 500 m2: giám đốc ký / over 500 m2 the director signs"
at ky
DIRECTOR=$(holder)
act "$DIRECTOR" '{"act":"sign"}'

say "7. Trả kết quả / handed over"
at tra_ket_qua
claim "$CLERK"
act "$CLERK" '{"act":"hand_over"}'
get "$CLERK" "/cases/$CASE" > "$ROOM/case"
[ "$(json 'it["status"]' < "$ROOM/case")" = done ] || fail "the case is not done"

say "8. Ai giữ, bao lâu / who held it, how long"
get "$CLERK" "/cases/$CASE/holdings" > "$ROOM/holdings"
python3 - "$ROOM/case" "$ROOM/holdings" "$CALENDAR" <<'PYTHON'
"""Prints the holdings and checks that those of the main branch leave no gap and add up to the whole, which is counted
here again from the calendar's file: not by the engine."""
import json, re, sys
from datetime import date, datetime, time, timedelta, timezone

case, holdings = (json.load(open(path)) for path in sys.argv[1:3])
text = open(sys.argv[3], encoding="utf-8").read()
zone = timezone(timedelta(hours=7))
listed = lambda key: "".join(re.findall(rf"^{key}:\n((?:[ #-].*\n)*)", text, re.M))
off_text, make_up_text, swaps_text = listed("days_off"), listed("make_up"), listed("swaps")
days = lambda pattern, of: re.findall(pattern, of)
off = {date.fromisoformat(d) for d in days(r"date: (\d{4}-\d\d-\d\d)", off_text)}
for first, last in days(r"from: (\d{4}-\d\d-\d\d), to: (\d{4}-\d\d-\d\d)", off_text):
    day, last = date.fromisoformat(first), date.fromisoformat(last)
    while day <= last:
        off.add(day)
        day += timedelta(days=1)
made_up = {date.fromisoformat(d) for d in days(r"date: (\d{4}-\d\d-\d\d)", make_up_text)}
off |= {date.fromisoformat(d) for d in days(r"off: (\d{4}-\d\d-\d\d)", swaps_text)}
made_up |= {date.fromisoformat(d) for d in days(r"worked: (\d{4}-\d\d-\d\d)", swaps_text)}
sessions = [(time(8), time(12)), (time(13, 30), time(17, 30))]

def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(zone)

def working_minutes(start, end):
    total, day = timedelta(), start.date()
    while day <= end.date():
        if day in made_up or (day.weekday() < 5 and day not in off):
            for opens, closes in sessions:
                a = max(start, datetime.combine(day, opens, zone))
                b = min(end, datetime.combine(day, closes, zone))
                total += max(b - a, timedelta())
        day += timedelta(days=1)
    return total // timedelta(minutes=1)

local = lambda text: instant(text).strftime("%d/%m/%Y %H:%M")
for h in holdings["items"]:
    indent = "  " if h["branch"] else ""
    print("   %-34s %-22s %s - %s %5d phút%s" % (
        indent + h["step_title"], h["holder"]["name"], local(h["started_at"]), local(h["ended_at"]), h["minutes"],
        ", %d không tính" % h["excused_minutes"] if h["excused_minutes"] else ""))

main = sorted((h for h in holdings["items"] if h["branch"] == 0), key=lambda h: h["n"])
faults = []
if any(h["open"] for h in holdings["items"]):
    faults.append("somebody still holds an ended case")
if main[0]["started_at"] != case["opened_at"] or main[-1]["ended_at"] != case["ended_at"]:
    faults.append("the holdings do not reach from the opening to the end")
for one, next_one in zip(main, main[1:]):
    if one["ended_at"] != next_one["started_at"]:
        faults.append("a gap or an overlap after holding %d" % one["n"])
held, whole = sum(h["minutes"] for h in main), working_minutes(instant(case["opened_at"]), instant(case["ended_at"]))
print("\n   nhánh chính / main branch: %d phút = %d phút từ lúc nhận tới lúc trả / from opening to end" % (held, whole))
if held != whole:
    faults.append("%d minutes are held, %d went by" % (held, whole))
for fault in faults:
    print("permit.sh: " + fault, file=sys.stderr)
sys.exit(1 if faults else 0)
PYTHON
