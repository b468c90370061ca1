# SPDX-License-Identifier: Apache-2.0
"""python -m pqpack"""

from pqpack import main

main()
