using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using IpsecDp.Adapters.Linux;

namespace EndToEnd.Tests.Namespaces;

// One lab at a time: each of them uses every processor.
[Collection("labs in namespaces")]
public sealed class LabEndingTests : IDisposable
{
    private const string Long = "60";

    private readonly string _capture = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.pcapng");

    public void Dispose() => File.Delete(_capture);

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Lab_Interrupted_ReportsWhatItHasAndLeavesNothing(string signal)
    {
        using var lab = StartWithTraffic();
        lab.Signal(signal);
        var (exitCode, output, errors) = lab.Finish();
        Assert.True(exitCode == 0, $"{errors}{output}");
        using var document = JsonDocument.Parse(output);
        Assert.True(document.RootElement.GetProperty("seconds").GetDouble() < double.Parse(Long, CultureInfo.InvariantCulture), "it heard the signal");
        Assert.Equal(0, document.RootElement.GetProperty("packets").GetProperty("lost").GetInt64());
        LabTraces.RequireNone(lab.Id);
    }

    [Theory]
    [InlineData(0, "host A")]
    [InlineData(1, "host B")]
    public void Lab_DataPlaneKilled_SaysWhichInOneSentenceAndLeavesNothing(int plane, string name)
    {
        using var lab = StartWithTraffic();
        HostProgram.Kill(LabTraces.PlanesOf(lab.Id)[plane], "KILL");
        var (exitCode, output, errors) = lab.Finish();
        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains($"the data plane of {name} ended by signal 9", errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
        LabTraces.RequireNone(lab.Id);
    }

    [Fact]
    public void Lab_KilledItself_TakesItsDataPlanesAlongAndTheNextRemovesTheRest()
    {
        using var lab = StartWithTraffic();
        // Seen while it lives: once it is dead, a lab of somebody else may be the next that removes them.
        Assert.Equal(2, LabTraces.NamespacesOf(lab.Id).Count);
        Assert.Single(LabTraces.FoldersOf(lab.Id));
        lab.Signal("KILL");
        lab.Finish();
        LabTraces.Await(() => LabTraces.PlanesOf(lab.Id).Count == 0, "the data planes had noticed");
        var (exitCode, output, errors) = HostProgram.Run("lab", "--namespaces", "--json", "--seconds", "0.5");
        Assert.True(exitCode == 0, $"{errors}{output}");
        LabTraces.RequireNone(lab.Id);
    }

    [Fact]
    public void Lab_ClearPacketOnTheWire_IsCountedShownAndAFailure()
    {
        using var lab = StartWithTraffic();
        var space = NamedNetworkNamespace.Of(LabTraces.NamespacesOf(lab.Id).Order(StringComparer.Ordinal).First());
        space.Run(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            return socket.SendTo("in clear"u8, new IPEndPoint(IPAddress.Parse("192.0.2.2"), 9));
        });
        lab.Signal("INT");
        var (exitCode, output, errors) = lab.Finish();
        Assert.Equal(1, exitCode);
        using var document = JsonDocument.Parse(output);
        // The datagram, and the answer that nobody listens to it.
        Assert.InRange(document.RootElement.GetProperty("wire").GetProperty("inClear").GetInt64(), 1, 2);
        LabTraces.RequireNone(lab.Id);
    }

    private HostProgram StartWithTraffic()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        var lab = HostProgram.Start("lab", "--namespaces", "--json", "--seconds", Long, "--pcap", _capture);
        LabTraces.AwaitTraffic(lab, _capture);
        return lab;
    }
}
