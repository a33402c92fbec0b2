// SPDX-License-Identifier: Apache-2.0
#include "middlebox/flow/flow_note.h"

namespace stayalive {

FlowNote note_of(FlowEvent event, TimePoint at, const Flow& flow, const Lease& lease) {
  FlowNote note;
  note.event = event;
  note.at = at;
  note.flow = FlowId{flow.serial};
  note.connection = flow.connection;
  note.picked_up = flow.picked_up;
  note.local = flow.local;
  note.internal = flow.internal();
  note.mapped = flow.mapped();
  note.remote = flow.remote();
  note.protocol = flow.protocol;
  note.timer = lease.timer;
  note.timeout = lease.timeout;
  note.refreshed_at = lease.refreshed_at;
  note.refreshed_from = lease.refreshed_from;
  note.refreshed_by = lease.refreshed_by;
  return note;
}

}  // namespace stayalive
