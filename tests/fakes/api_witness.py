"""A program whose answers are held against the description of the API."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.fakes.api_program import Program
from tests.fakes.openapi_schema import Schemas


@dataclass
class Witness:
    """A program whose answers are held against the description."""

    described: dict[str, Any]
    program: Program
    asked: set[tuple[str, str]] = field(default_factory=set)

    async def ask(self, method: str, template: str, status: int, **more: Any) -> httpx.Response:
        ids, query = more.pop("ids", {}), more.pop("query", "")
        answer = await self.program.ask(method, template.format(**ids) + query, **more)
        assert answer.status_code == status, (method, template, answer.text)
        said = self.described["paths"]["/api/v1" + template][method.lower()]["responses"][str(status)]
        self.asked.add((method, template))
        if status == 204:
            assert answer.content == b""
            return answer
        media = answer.headers["content-type"]
        assert list(Schemas(self.described).faults(answer.json(), said["content"][media]["schema"])) == []
        return answer
