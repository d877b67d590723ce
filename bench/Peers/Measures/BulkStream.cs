using System.Globalization;
using System.Text.Json;
using IpsecDp.Peers.Bed;
using IpsecDp.Peers.Contenders;

namespace IpsecDp.Peers.Measures;

/// <summary>TCP from A to B by iperf3.</summary>
internal static class BulkStream
{
    private const string Program = "iperf3";
    private const string Port = "5299";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly Dictionary<string, string> NoSettings = [];

    /// <summary>What is missing for it, or null.</summary>
    public static string? Absence => Tool.Find(Program) is null ? "iperf3 is missing, which makes the TCP traffic: install the package iperf3" : null;

    /// <summary>Runs streams for a time and gives the octets that arrived and the seconds it took.</summary>
    public static (double Octets, double Seconds) Run(TestBed bed, Tunnel tunnel, int streams, int seconds, CancellationToken cancellation)
    {
        using var server = new HeldProcess(bed.B.Space, "the iperf3 server", NoSettings, Program, "-s", "-1", "-p", Port, "--forceflush");
        server.AwaitLine("Server listening", Patience, cancellation);
        var output = Tool.Run(
            bed.A.Space, Patience + TimeSpan.FromSeconds(seconds), Program,
            ["-c", $"{tunnel.AddressOfB}", "-p", Port, "-t", Text(seconds), "-P", Text(streams), "-J"], cancellation);
        tunnel.RequireRunning();
        return Read(output);
    }

    /// <summary>Reads the octets at the receiver from iperf3's document.</summary>
    public static (double Octets, double Seconds) Read(string document)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            var received = json.RootElement.GetProperty("end").GetProperty("sum_received");
            return (received.GetProperty("bytes").GetDouble(), received.GetProperty("seconds").GetDouble());
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new PeersException("iperf3's report cannot be read", fault);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
