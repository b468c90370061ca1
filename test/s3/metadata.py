# SPDX-License-Identifier: Apache-2.0
"""What gives credentials to containers and instances, on a loopback port.

Containers: GET of AWS_CONTAINER_CREDENTIALS_FULL_URI.  Instances: IMDSv2, a token by PUT, then the
role's name, then its credentials.
Sources: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html,
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
"""

import datetime
import json

from s3.loopback import LoopbackService

ROLE = "/latest/meta-data/iam/security-credentials"


class MetadataService(LoopbackService):
    """Gives `keys` (access, secret); whoever changes them rotates the credentials."""

    def __init__(self, keys: tuple[str, str], valid: datetime.timedelta = datetime.timedelta(hours=6)):
        super().__init__()
        self.keys, self.valid = keys, valid
        self.asked: list[str] = []  # paths, in order

    def reply(self, method, path, headers, body):
        self.asked.append(path)
        if method == "PUT":
            return 200, b"imds-token"
        return 200, ("role" if path.rstrip("/") == ROLE else self.credentials()).encode()

    def credentials(self) -> str:
        until = datetime.datetime.now(datetime.timezone.utc) + self.valid
        return json.dumps({
            "Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": self.keys[0],
            "SecretAccessKey": self.keys[1], "Token": "",
            "Expiration": until.strftime("%Y-%m-%dT%H:%M:%SZ")})
