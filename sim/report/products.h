// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "document/document.h"
#include "study/advise/shipped_default.h"

namespace stayalive {

// Products as a document: a row for each, with its default and the common boxes behind which that
// does not hold.
// refused: those that are not played.
Document describe_products(const std::vector<ShippedDefault>& products,
                           const std::vector<const Product*>& refused);
// One product as a document: its options, what becomes of its default, the lines for its files, and
// a row for each value with its source.  As data both have one shape.
Document describe_product(const ShippedDefault& shipped);

}  // namespace stayalive
