using System.Globalization;
using IpsecDp.Daemon.Commands;
using Spectre.Console;

namespace IpsecDp.Host.Reports;

/// <summary>Tunnels for an operator: a line each, and one for each pair of SAs.</summary>
internal static class TunnelView
{
    /// <summary>Prints them.</summary>
    public static void Print(IReadOnlyList<TunnelState> tunnels, IAnsiConsole console)
    {
        foreach (var tunnel in tunnels)
        {
            var keys = tunnel.Connection is { } connection ? $"IKEv2 by {connection}, starts {Words(tunnel.Start)}" : "keys by hand";
            console.WriteLine($"{tunnel.Name}: {(tunnel.IsUp ? "up" : "down")}, {keys}");
            foreach (var pair in tunnel.Sas)
            {
                console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {pair.Local} to {pair.Remote}, {pair.Protection}, {pair.Mode} mode, SPI in 0x{pair.InboundSpi:x8}, out {(pair.OutboundSpi is { } spi ? $"0x{spi:x8}" : "none")}{(pair.IsSealing ? "" : ", opens only")}{Left(pair.SecondsLeft)}"));
                console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"    in {pair.InboundPackets} packets, {pair.InboundOctets} octets, {pair.Refused} refused; out {pair.OutboundPackets} packets, {pair.OutboundOctets} octets"));
                foreach (var traffic in pair.Traffic)
                {
                    console.WriteLine($"    {traffic}");
                }
            }
        }
    }

    private static string Left(long? seconds) => seconds is { } left ? string.Create(CultureInfo.InvariantCulture, $", {TimeSpan.FromSeconds(left):c} left") : "";

    private static string Words(string? start) => start switch
    {
        "automatic" => "with the policy",
        "onDemand" => "with a packet",
        "byCommand" => "by command",
        _ => "by its peer",
    };
}
