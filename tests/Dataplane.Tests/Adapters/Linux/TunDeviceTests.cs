using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Linux;

public sealed class TunDeviceTests
{
    [Fact]
    public void Open_WithAddresses_InterfaceIsUpWithThem()
    {
        using var spaces = Spaces();
        using var device = spaces.A.Run(() => TunDevice.Open(new TunOptions { Name = "tun%d", Mtu = 1380, Addresses = [Address("10.79.0.1/24"), Address("10.80.0.1/32"), Address("fd79::1/64")] }));
        var shown = spaces.A.Ip("addr", "show", device.Name);
        Assert.Contains("mtu 1380", shown, StringComparison.Ordinal);
        Assert.Contains(",UP,", shown, StringComparison.Ordinal);
        Assert.Contains("inet 10.79.0.1/24", shown, StringComparison.Ordinal);
        Assert.Contains("inet 10.80.0.1/32", shown, StringComparison.Ordinal);
        Assert.Contains("inet6 fd79::1/64", shown, StringComparison.Ordinal);
        Assert.Equal((1380, $"tun:{device.Name}/0"), (device.Ports[0].Mtu, device.Ports[0].Name));
    }

    [Fact]
    public void Open_FourQueues_EachIsAPortAndAllAreInterrupted()
    {
        using var spaces = Spaces();
        using var device = spaces.A.Run(() => TunDevice.Open(new TunOptions { Name = "tun0", Queues = 4 }));
        Assert.Equal(["tun:tun0/0", "tun:tun0/1", "tun:tun0/2", "tun:tun0/3"], device.Ports.Select(port => port.Name));
        var readers = device.Ports.Select(port => new TestThread(port.Name, () => ReadToTheEnd(port))).ToList();
        device.Dispose();
        readers.ForEach(reader => reader.Join());
    }

    [Theory]
    [InlineData(1, "interface tun0 is in use by another process: stop it or choose another name.")]
    [InlineData(2, "interface tun0 is in use by another process: stop it or choose another name.")]
    public void Open_NameTaken_SaysWhatToDo(int queues, string sentence)
    {
        using var spaces = Spaces();
        var options = new TunOptions { Name = "tun0", Queues = queues };
        using var first = spaces.A.Run(() => TunDevice.Open(options));
        Assert.Equal(sentence, Assert.Throws<AdapterException>(() => spaces.A.Run(() => TunDevice.Open(options))).Message);
    }

    [Fact]
    public void Open_NameOfAnotherKind_SaysWhatToDo()
    {
        using var spaces = Spaces();
        var refusal = Assert.Throws<AdapterException>(() => spaces.A.Run(() => TunDevice.Open(new TunOptions { Name = NetworkNamespaces.Link })));
        Assert.Equal($"interface {NetworkNamespaces.Link} exists and is of another kind: remove it (ip link del {NetworkNamespaces.Link}) or choose another name.", refusal.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sixteen-letters!")]
    [InlineData("a/b")]
    [InlineData("ü")]
    public void Open_ImpossibleName_SaysWhatToDo(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Assert.StartsWith($"\"{name}\" cannot name an interface", Assert.Throws<AdapterException>(() => TunDevice.Open(new TunOptions { Name = name })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AllDisabled_FeatureLineSaysSo()
    {
        using var spaces = Spaces();
        using var device = spaces.A.Run(() => TunDevice.Open(new TunOptions { Name = "tun0", Disabled = TunOffloads.All }));
        Assert.Equal("tun:tun0: " + string.Join(", ", new[] { "checksum", "tso4", "tso6", "uso4", "uso6", "mergetcp", "mergeudp", "precedence" }.Select(name => $"{name} off (disabled by option)")), device.FeatureLine);
    }

    [Fact]
    public void Receive_InterfaceDeleted_EndsInsteadOfSpinning()
    {
        using var spaces = Spaces();
        using var device = spaces.A.Run(() => TunDevice.Open(new TunOptions { Name = "tun0" }));
        using var reader = new TestThread("reader", () => ReadToTheEnd(device.Ports[0]));
        spaces.A.Ip("link", "del", "tun0");
        reader.Join();
    }

    private static NetworkNamespaces Spaces()
    {
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        return new NetworkNamespaces();
    }

    private static InterfaceAddress Address(string text)
    {
        Assert.True(InterfaceAddress.TryParse(text, out var address));
        return address!;
    }

    private static void ReadToTheEnd(TunPort port)
    {
        using var batch = new PacketBatch();
        while (port.Receive(batch))
        {
            batch.Clear();
        }
    }
}
