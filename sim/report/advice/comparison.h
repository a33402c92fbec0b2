// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/document.h"
#include "study/advise/compare.h"

namespace stayalive {

// A comparison as a document: a row for each way to keep alive.  on_media: people, too, are told
// what each costs on Ethernet, Wi-Fi and LTE.
Document describe_comparison(const Comparison& comparison, bool on_media = false);

}  // namespace stayalive
