#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Probes a real Linux router: nftables and conntrack in network namespaces of its own, with timers of a few seconds, and
# compares what is found with what was set.  Exit code 77 where the rights or the programs for that are missing.
#   conntrack.sh STAYALIVE
set -euo pipefail
program=$1
probe=stayalive-p-$$ router=stayalive-r-$$ far=stayalive-f-$$
folder=$(mktemp -d)

skip() {
  echo "skipped: $1"
  exit 77
}
clean() {
  [[ -z ${reflector:-} ]] || kill "$reflector" 2>/dev/null || true
  for space in "$probe" "$router" "$far"; do ip netns del "$space" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap clean EXIT
for tool in ip nft python3; do
  command -v "$tool" >/dev/null || skip "there is no $tool"
done
for space in "$probe" "$router" "$far"; do
  ip netns add "$space" 2>/dev/null || skip "network namespaces need rights that are missing"
  ip -n "$space" link set lo up
done

ip link add inner netns "$probe" type veth peer name in netns "$router" 2>/dev/null || skip "there are no veth devices"
ip link add outer netns "$far" type veth peer name out netns "$router"
ip -n "$probe" addr add 10.9.0.2/24 dev inner
ip -n "$router" addr add 10.9.0.1/24 dev in
ip -n "$router" addr add 192.0.2.1/24 dev out
ip -n "$far" addr add 192.0.2.10/24 dev outer
ip -n "$far" addr add 192.0.2.11/24 dev outer
ip -n "$probe" link set inner up
ip -n "$router" link set in up
ip -n "$router" link set out up
ip -n "$far" link set outer up
ip -n "$probe" route add default via 10.9.0.1

ip netns exec "$router" nft -f - <<'END' 2>/dev/null || skip "nftables cannot translate here"
table ip nat {
  chain post {
    type nat hook postrouting priority 100;
    oifname "out" masquerade;
  }
}
table ip filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept;
    iifname "in" accept;
  }
}
END
set_to() {
  ip netns exec "$router" sysctl -qw "net.$1=$2" 2>/dev/null || skip "net.$1 cannot be set in a namespace"
}
set_to ipv4.ip_forward 1
set_to netfilter.nf_conntrack_udp_timeout 6
set_to netfilter.nf_conntrack_udp_timeout_stream 12
set_to netfilter.nf_conntrack_tcp_timeout_established 9
set_to netfilter.nf_conntrack_tcp_timeout_close_wait 5

: >"$folder/reflector"
ip netns exec "$far" "$program" reflector --listen 192.0.2.10 --other-address 192.0.2.11 2>"$folder/reflector" &
reflector=$!
until grep -q listening "$folder/reflector"; do
  kill -0 "$reflector" 2>/dev/null || { cat "$folder/reflector"; exit 1; }
  sleep 0.05
done
ip netns exec "$probe" "$program" probe 192.0.2.10 --longest 20s --format json >"$folder/found.json" 2>"$folder/said" ||
  { cat "$folder/said" "$folder/found.json"; exit 1; }

python3 - "$folder/found.json" <<'END'
import json
import sys

found = json.load(open(sys.argv[1]))
wrong = []
timers = {"udp.single": 6, "udp.stream": 12, "tcp.established": 9, "tcp.half_closed": 5}
for timer in found["timers"]:
    low, high, real = timer["alive_after"], timer["dead_after"], timers.pop(timer["timer"])
    # The kernel counts in ticks, of which the longest is 10 ms.
    if high is None or not low - 0.02 < real < high + 0.02:
        wrong.append(f"{timer['timer']} is {real} s, found between {low} and {high}")
wrong += [f"{timer} was not found" for timer in timers]
behaviours = {
    "stream_by_answer": "no", "refreshed_by_outbound": "yes", "refreshed_by_inbound": "yes", "refreshed_by_both": "yes",
    "late_from_inside": "taken up", "late_from_outside": "RST", "mapping_for_other_port": "the same",
    "mapping_for_other_address": "the same", "lets_in_other_port": "no", "lets_in_other_address": "no",
    "hairpinning": "no"}
for key, seen in behaviours.items():
    if found["behaviours"][key]["seen"] != seen:
        wrong.append(f"{key} is {seen}, seen as {found['behaviours'][key]['seen']}")
if not found["translated"] or found["ports_changed"] > 0:
    wrong.append("the router translates addresses and keeps ports")
if wrong:
    sys.exit("\n".join(wrong))
END
echo "all timers and behaviours of the router were found"
