# A contender of crawl.ts: Scrapy as its tutorial writes it: obey robots.txt, follow every link that LinkExtractor finds; nothing is written.
# Arguments: a JSON object {port, seeds, maxPages}.
import json
import logging
import resource
import sys

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor
from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer

contest = json.loads(sys.argv[1])
counts = {"pages": 0, "kept": 0}


class Loopback(CachingThreadedResolver):
    """Every name is loopback, and the port is in the URL."""

    def getHostByName(self, name, timeout=None):
        return defer.succeed("127.0.0.1")


class Follow(scrapy.Spider):
    name = "follow"
    handle_httpstatus_all = True
    start_urls = [seed[:-1] + ":%d/" % contest["port"] for seed in contest["seeds"]]
    links = LinkExtractor()

    def parse(self, response):
        counts["pages"] += 1
        if counts["pages"] >= contest["maxPages"]:
            self.crawler.engine.close_spider(self, "pages")
            return
        if response.status != 200 or not isinstance(response, scrapy.http.HtmlResponse):
            return
        counts["kept"] += 1
        for link in self.links.extract_links(response):
            yield scrapy.Request(link.url, callback=self.parse)


logging.disable(logging.CRITICAL)
process = CrawlerProcess(
    {
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": 64,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "RETRY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_ENABLED": False,
        "DNS_RESOLVER": "__main__.Loopback",
        "REQUEST_FINGERPRINTER_IMPLEMENTATION": "2.7",
        "HTTPERROR_ALLOW_ALL": True,
    }
)
process.crawl(Follow)
process.start()
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({**counts, "cpuMs": (used.ru_utime + used.ru_stime) * 1000, "rssMb": used.ru_maxrss / 1024}))
