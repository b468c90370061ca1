# SPDX-License-Identifier: Apache-2.0
"""Random tables, cut into small files by writers that are not ours, merged by pqpack compact, and held
against what was there by readers that are not ours."""
