using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EndToEnd.Tests.Namespaces;
using IpsecDp.Adapters.Linux;

namespace EndToEnd.Tests.HostPath;

// One lab at a time: each of them uses every processor.
[Collection("labs in namespaces")]
public sealed class LabHostPathTests : IDisposable
{
    private static readonly string[] Classes = ["ee-signalling", "ee-network", "ee-high", "ee-medium", "ee-low", "bulk", "echo", "datagram"];

    private readonly string _capture = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.pcapng");

    public void Dispose() => File.Delete(_capture);

    [Theory]
    [InlineData("esp", 4, "transport")]
    [InlineData("esp", 6, "transport")]
    [InlineData("udp", 4, "transport")]
    [InlineData("udp", 6, "transport")]
    [InlineData("esp", 4, "tunnel")]
    public void Lab_InTheHostsOwnPath_LosesNothingAndShowsNothing(string encapsulation, int family, string mode)
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var lab = HostProgram.Start("lab", "--namespaces", "--capture", "nfqueue", "--json", "--seconds", "2", "--encap", encapsulation, "--family", $"{family}", "--mode", mode);
        var (exitCode, output, errors) = lab.Finish();
        Assert.True(exitCode == 0, $"{errors}{output}");
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement;
        Assert.Equal(("nfqueue", mode), (root.GetProperty("capture").GetString(), root.GetProperty("mode").GetString()));
        var packets = root.GetProperty("packets");
        Assert.Equal(packets.GetProperty("offered").GetInt64(), packets.GetProperty("delivered").GetInt64());
        Assert.All(new[] { "lost", "reordered", "corrupted" }, fault => Assert.Equal(0, packets.GetProperty(fault).GetInt64()));
        var classes = root.GetProperty("classes").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!, c => c.GetProperty("delivered").GetInt64());
        Assert.Equal(Classes.Order(), classes.Keys.Order());
        Assert.All(classes.Values, delivered => Assert.True(delivered > 0));
        // A TCP connection learns the path MTU from its first packet that is too big for it.
        Assert.All(root.GetProperty("drops").EnumerateObject(), drop => Assert.Equal("TooBig", drop.Name));
        var wire = root.GetProperty("wire");
        Assert.True(wire.GetProperty("espPackets").GetInt64() > 0);
        Assert.Equal((0L, 0L), (wire.GetProperty("inClear").GetInt64(), wire.GetProperty("readable").GetInt64()));
        Assert.Equal(0, root.GetProperty("memory").GetProperty("outstandingBuffers").GetInt32());
        LabTraces.RequireNone(lab.Id);
    }

    [Fact]
    public void Lab_TransportMode_TakesTheHostsOwnPathByItself()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var lab = HostProgram.Start("lab", "--namespaces", "--mode", "transport", "--json", "--seconds", "60", "--pcap", _capture);
        LabTraces.AwaitTraffic(lab, _capture);
        var spaces = LabTraces.NamespacesOf(lab.Id);
        // Neither interfaces nor routes beside the link's own.
        Assert.All(spaces, space => Assert.DoesNotContain("ipsec0", NamedNetworkNamespace.Of(space).Ip("link"), StringComparison.Ordinal));
        Assert.All(spaces, space => Assert.Single(NamedNetworkNamespace.Of(space).Ip("route").Trim().Split('\n')));
        lab.Signal("INT");
        var (exitCode, output, errors) = lab.Finish();
        Assert.True(exitCode == 0, $"{errors}{output}");
        LabTraces.RequireNone(lab.Id);
    }

    [Fact]
    public void Lab_ClearPacketBesideTheCapture_IsCountedShownAndAFailure()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        const int LevelSocket = 1;
        const int Mark = 36;
        using var lab = HostProgram.Start("lab", "--namespaces", "--capture", "nfqueue", "--mode", "transport", "--json", "--seconds", "60", "--pcap", _capture);
        LabTraces.AwaitTraffic(lab, _capture);
        NamedNetworkNamespace.Of(LabTraces.NamespacesOf(lab.Id).Order(StringComparer.Ordinal).First()).Run(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            // The mark of the data plane's own packets, which its rules let go.
            socket.SetRawSocketOption(LevelSocket, Mark, BitConverter.GetBytes(new IpsecDp.Adapters.Linux.Nfqueue.NfqueueOptions { Plan = new() { Outbound = [], Inbound = [], Protected = [] } }.Mark));
            return socket.SendTo("in clear"u8, new IPEndPoint(IPAddress.Parse("192.0.2.2"), 9));
        });
        lab.Signal("INT");
        var (exitCode, output, _) = lab.Finish();
        Assert.Equal(1, exitCode);
        using var document = JsonDocument.Parse(output);
        Assert.True(document.RootElement.GetProperty("wire").GetProperty("inClear").GetInt64() > 0);
        LabTraces.RequireNone(lab.Id);
    }

    [Fact]
    public void Lab_DataPlaneKilledInTheHostsOwnPath_SaysWhichAndLeavesNothing()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var lab = HostProgram.Start("lab", "--namespaces", "--capture", "nfqueue", "--mode", "transport", "--json", "--seconds", "60", "--pcap", _capture);
        LabTraces.AwaitTraffic(lab, _capture);
        HostProgram.Kill(LabTraces.PlanesOf(lab.Id)[0], "KILL");
        var (exitCode, output, errors) = lab.Finish();
        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains("the data plane of host A ended by signal 9", errors, StringComparison.Ordinal);
        LabTraces.RequireNone(lab.Id);
    }
}
