namespace IpsecDp.Modelling.Pages;

/// <summary>The page's style sheet: the colours of Okabe and Ito, which the colour-blind can tell apart, for light, dark and print.</summary>
internal static class PageStyle
{
    public const string Text = """
        :root{color-scheme:light dark;--bg:#fff;--card:#fff;--ink:#1b1f24;--soft:#57606a;--rule:#d0d7de;--grid:#e6eaee;
        --h0:#0072b2;--h1:#d55e00;--h2:#009e73;--h3:#a8558a;--h4:#56b4e9;--h5:#e69f00;--h6:#8c959f;--h7:#4d4d4d;--mark:#fff4d6}
        @media (prefers-color-scheme:dark){:root{--bg:#0f1419;--card:#161c23;--ink:#e6edf3;--soft:#9aa5b1;--rule:#313a44;--grid:#252d36;
        --h0:#4aa8e8;--h1:#ff8a4c;--h2:#2fc796;--h3:#dd8fc0;--h4:#8fd0f5;--h5:#f0b93a;--h6:#8b95a1;--h7:#c4c9cf;--mark:#3a3116}}
        @media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#000;--soft:#333;--rule:#999;--grid:#ddd;
        --h0:#0072b2;--h1:#d55e00;--h2:#009e73;--h3:#a8558a;--h4:#56b4e9;--h5:#e69f00;--h6:#8c959f;--h7:#4d4d4d;--mark:#f3f3f3}
        figure{break-inside:avoid}body{max-width:none;margin:0;padding:0}.tables{overflow:visible!important}table{font-size:9px!important}th,td{padding:.12rem .3rem!important}th{white-space:normal!important}}
        *{box-sizing:border-box}
        body{margin:2rem auto;max-width:1440px;padding:0 1.5rem;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-print-color-adjust:exact;print-color-adjust:exact}
        h1{font-size:1.6rem;margin:0 0 .2rem}h2{font-size:1.15rem;margin:2rem 0 .6rem;border-bottom:1px solid var(--rule);padding-bottom:.25rem}
        p.under{color:var(--soft);margin:0 0 1rem}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0}dt{color:var(--soft)}dd{margin:0}
        ul.say{padding-left:1.1rem;margin:.3rem 0}ul.say li{margin:.3rem 0;max-width:105ch}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,560px),1fr));gap:1rem}
        figure{margin:0;padding:.6rem .6rem .2rem;background:var(--card);border:1px solid var(--rule);border-radius:8px}
        svg.chart{display:block;width:100%;height:auto;font:12px system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        svg text{fill:var(--ink)}svg text.title{font-size:14.5px;font-weight:600}svg text.number,svg text.entry{fill:var(--soft)}svg text.caption{fill:var(--ink)}
        svg .grid{stroke:var(--grid);stroke-width:1}svg .tick,svg .base{stroke:var(--soft);stroke-width:1}
        svg .line{fill:none;stroke-width:2}svg .dashed{stroke-dasharray:6 4;stroke-width:1.6}svg .band{opacity:.18;stroke:none}
        svg .mark{stroke:var(--card);stroke-width:1}svg .hollow{fill:var(--card)!important;stroke-width:1.8}svg .bar{stroke:var(--card);stroke-width:.8}
        .tables{overflow-x:auto}table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums;margin:.3rem 0 1rem}
        caption{text-align:left;font-weight:600;padding:.2rem 0}th,td{padding:.22rem .7rem;text-align:right;border-bottom:1px solid var(--grid);white-space:nowrap}
        th{color:var(--soft);font-weight:600;border-bottom-color:var(--rule)}th:first-child,td:first-child,td.text,th.text{text-align:left}
        tr.marked td{background:var(--mark)}td.text{white-space:normal}footer{margin:2rem 0 1rem;color:var(--soft);font-size:13px}
        """;

    /// <summary>The colours of the hues.</summary>
    public static string Hues => string.Concat(Enumerable.Range(0, 8).Select(static hue =>
        $".h{hue}.line{{stroke:var(--h{hue})}}.h{hue}.mark,.h{hue}.bar,.h{hue}.band{{fill:var(--h{hue})}}.h{hue}.hollow{{stroke:var(--h{hue})}}"));
}
