"""How a report looks, on paper and on a screen: black on white, told apart without colour, nothing fetched."""

from __future__ import annotations

from typing import Final

__all__ = ["CONTENT_POLICY", "PAGE", "STYLE"]

#: What a browser may load for a report: its own style, and nothing else.
CONTENT_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"

#: Everything inside `.cpas-report`, so that a notebook around it keeps its own looks.
STYLE: Final = """\
.cpas-report{box-sizing:border-box;max-width:62rem;margin:0 auto;padding:1.2em 1.4em;background:#fff;color:#1a1a1a;
 font:400 15px/1.45 "Helvetica Neue",Helvetica,Arial,"Noto Sans","Liberation Sans",sans-serif;text-align:start;
 print-color-adjust:exact;-webkit-print-color-adjust:exact}
.cpas-report *{box-sizing:border-box}
.cpas-report header{border-top:.35em solid #17406d;border-bottom:1px solid #17406d;padding:.6em 0;margin:0 0 1em}
.cpas-report h1{font-size:1.6em;line-height:1.2;margin:0;color:#17406d}
.cpas-report .subtitle{font-size:1.15em;margin:.15em 0 .35em;font-weight:600}
.cpas-report .made-how{margin:0;font-size:.82em;color:#444}
.cpas-report h2{font-size:1.25em;line-height:1.25;margin:1.4em 0 .5em;padding:0 0 .15em;color:#17406d;
 border-bottom:2px solid #17406d}
.cpas-report h3{font-size:1.1em;line-height:1.3;margin:1.5em 0 .4em;padding-inline-start:.5em;
 border-inline-start:.3em solid #17406d}
.cpas-report h4,.cpas-report h5,.cpas-report h6{font-size:1em;margin:1em 0 .3em}
.cpas-report h1,.cpas-report h2,.cpas-report h3,.cpas-report p,.cpas-report li,.cpas-report caption,.cpas-report td,
.cpas-report th,.cpas-report dd{overflow-wrap:anywhere;text-align:start}
.cpas-report p{margin:.35em 0}
.cpas-report .note{color:#444;font-size:.87em}
.cpas-report .call{border:1px solid #1a1a1a;border-inline-start-width:.35em;padding:.3em .6em;margin:.6em 0}
.cpas-report ul{margin:.15em 0 .5em;padding-inline-start:1.3em}
.cpas-report .items{margin:.4em 0 0;font-weight:600;font-size:.93em}
.cpas-report nav{font-size:.9em;border:1px solid #bbb;padding:.5em .8em;margin:0 0 1em}
.cpas-report nav p{margin:0 0 .2em;font-weight:600}
.cpas-report nav ul{margin:0;columns:2;column-gap:2em}
.cpas-report a{color:#17406d}
.cpas-report .scroll{overflow-x:auto;margin:.6em 0 .9em}
.cpas-report table{border-collapse:collapse;width:100%;font-size:.87em;line-height:1.3;margin:0;background:none}
.cpas-report caption{caption-side:top;font-weight:600;font-size:1.07em;padding:0 0 .3em;color:#1a1a1a}
.cpas-report th{font-weight:600;vertical-align:bottom;border-bottom:1.5px solid #1a1a1a;padding:.25em .4em;
 overflow-wrap:break-word;background:none}
.cpas-report td,.cpas-report tbody th{vertical-align:top;border-bottom:1px solid #ccc;padding:.3em .4em;background:none}
.cpas-report tbody th{font-weight:400}
.cpas-report td{overflow-wrap:break-word}
.cpas-report .wide{min-width:9em;overflow-wrap:anywhere}
.cpas-report .number{text-align:end;font-variant-numeric:tabular-nums}
.cpas-report .kept{white-space:nowrap}
.cpas-report .one{display:inline-block;max-width:100%}
.cpas-report small{display:block;font-size:.9em;color:#444}
.cpas-report .missing,.cpas-report .withheld{color:#444;font-style:italic}
.cpas-report .chip{display:inline-flex;align-items:baseline;gap:.35em}
.cpas-report .swatch{flex:none;width:.75em;height:.75em;border:1px solid #1a1a1a}
.cpas-report .facts th{white-space:nowrap;width:11em;font-weight:600}
.cpas-report .facts thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.cpas-report .facts td{overflow-wrap:anywhere}
.cpas-report .card{display:grid;grid-template-columns:1.15fr .9fr 1.75fr;gap:.2em 1.4em;border:1px solid #999;
 border-inline-start:.35em solid #17406d;padding:.35em .8em;margin:.4em 0;break-inside:avoid}
.cpas-report .card h3{margin:0;padding:0;border:0;font-size:1.05em}
.cpas-report .card .value{font-size:1.7em;line-height:1.2;font-weight:700;margin:.15em 0 0}
.cpas-report .card .value small{display:inline;font-size:.55em;font-weight:400}
.cpas-report dl{display:grid;grid-template-columns:auto 1fr;gap:.1em .8em;margin:0;font-size:.9em;align-content:start}
.cpas-report dt{color:#444}
.cpas-report dd{margin:0;text-align:end;font-variant-numeric:tabular-nums}
.cpas-report dd small{display:inline;font-size:1em}
.cpas-report .course svg{display:block;width:100%;height:auto}
.cpas-report .ends{display:flex;justify-content:space-between;font-size:.8em;color:#444}
.cpas-report .bar{display:block;width:100%;min-width:4em;height:.5em;margin:.1em 0}
.cpas-report.short h2{font-size:1.15em;margin:1em 0 .4em}
.cpas-report.short p{margin:.2em 0}
.cpas-report footer{margin-top:1.4em;border-top:1px solid #17406d;padding-top:.4em;font-size:.85em;color:#333}
@media screen and (max-width:44em){
.cpas-report .card{grid-template-columns:1fr}
.cpas-report nav ul{columns:1}
}
@media print{
.cpas-report{max-width:none;padding:0;font-size:9pt}
.cpas-report nav{display:none}
.cpas-report .scroll{overflow:visible}
.cpas-report section.new-page{break-before:page}
.cpas-report section.new-page>h2{margin-top:0}
.cpas-report h1,.cpas-report h2,.cpas-report h3,.cpas-report h4,.cpas-report caption,
.cpas-report .items{break-after:avoid}
.cpas-report tr,.cpas-report .call,.cpas-report li,.cpas-report .small,.cpas-report footer{break-inside:avoid}
.cpas-report thead{display:table-header-group}
.cpas-report table{font-size:7.4pt}
.cpas-report .wide{min-width:0}
}
"""

#: The sheet of paper: only for a page of its own, never for a notebook.
PAGE: Final = """\
@page{size:A4;margin:12mm 13mm 14mm;@bottom-right{content:counter(page) " / " counter(pages);font:8pt Arial,sans-serif}}
html{background:#fff}
body{margin:0}
"""
