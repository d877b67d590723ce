using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using IpsecDp.Adapters;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Commands;

namespace Control.Tests.Daemon.Commands;

public sealed class CommandServerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-commands-");
    private readonly StringWriter _lines = new();
    private readonly DaemonLog _log;
    private readonly List<CommandRequest> _asked = [];
    private readonly CommandServer _server;

    public CommandServerTests()
    {
        _log = new DaemonLog(TextWriter.Synchronized(_lines));
        _server = CommandServer.Start(Place, Answer, _log, Patience);
    }

    private string Place => OperatingSystem.IsWindows() ? _folder.Name : Path.Combine(_folder.FullName, "inner", "commands");

    [Fact]
    public async Task Request_OfTheOwner_IsAnswered()
    {
        var reply = await CommandClient.AskAsync(Place, new CommandRequest(CommandKind.StartTunnel, "Sites"), Patience);
        Assert.Equal((true, "StartTunnel Sites"), (reply.IsDone, reply.Sentence));
        Assert.Equal([new CommandRequest(CommandKind.StartTunnel, "Sites")], _asked);
        _log.Dispose();
        Assert.Contains("IDP0042I command StartTunnel Sites", _lines.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tunnels_OfAReply_ComeWhole()
    {
        var reply = await CommandClient.AskAsync(Place, new CommandRequest(CommandKind.ListTunnels), Patience);
        var tunnel = Assert.Single(reply.Tunnels!);
        Assert.Equal(("Sites", "ike", "byCommand", true, "Peer"), (tunnel.Name, tunnel.Keys, tunnel.Start, tunnel.IsUp, tunnel.Connection));
        Assert.Equal((0x1001u, 0x2001u, 3600L), (tunnel.Sas[0].InboundSpi, tunnel.Sas[0].OutboundSpi!.Value, tunnel.Sas[0].SecondsLeft!.Value));
    }

    [Fact]
    public void Place_OfTheOwner_IsNobodyElses()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "file modes are Unix's");
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Place));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(Place)!));
        }
    }

    [Theory]
    [InlineData("{\"command\":\"Reboot\"}")]
    [InlineData("{\"command\":\"ListTunnels\",\"more\":1}")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[")]
    public async Task Request_ThatIsNone_IsAnsweredWithAReasonAndTheLineCut(string text)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "by a Unix domain socket");
        using var client = Connect();
        await client.SendAsync(Framed(Encoding.UTF8.GetBytes(text)));
        var reply = await ReadToEndAsync(client);
        Assert.Contains("this is no request", Encoding.UTF8.GetString(reply), StringComparison.Ordinal);
        Assert.Empty(_asked);
        await AnswersStill();
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(4097u)]
    [InlineData(0xFFFF_FFFFu)]
    public async Task Length_ThatNoRequestHas_IsNotWaitedFor(uint length)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "by a Unix domain socket");
        using var client = Connect();
        var prefix = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(prefix, length);
        await client.SendAsync(prefix);
        Assert.NotEmpty(await ReadToEndAsync(client));
        Assert.Empty(_asked);
        await AnswersStill();
    }

    // More programs than there are places say nothing: each is cut off in its turn, and the owner gets an answer.
    [Fact]
    public async Task Clients_ThatSayNothing_KeepNobodyOutForEver()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "by a Unix domain socket");
        var place = Path.Combine(_folder.FullName, "hasty", "commands");
        using var server = CommandServer.Start(place, Answer, _log, TimeSpan.FromSeconds(1));
        var silent = Enumerable.Range(0, CommandServer.MostClients).Select(_ => Connect(place)).ToArray();
        // So hasty a server may cut off the owner as well, on a machine with much to do; he asks again.
        while (!await IsAnsweredAsync(place))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        foreach (var client in silent)
        {
            Assert.Empty(await ReadToEndAsync(client));
            client.Dispose();
        }
    }

    [Fact]
    public async Task Client_ThatGoesInTheMiddle_HarmsNobody()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "by a Unix domain socket");
        using (var client = Connect())
        {
            await client.SendAsync(new byte[] { 0, 0, 0, 40, (byte)'{' });
        }

        await AnswersStill();
        Assert.Single(_asked);
    }

    [Fact]
    public void Place_ThatIsTaken_IsRefusedAndLeftToItsOwner()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "by a Unix domain socket");
        Assert.Contains("another process", Assert.Throws<AdapterException>(() => CommandServer.Start(Place, Answer, _log)).Message, StringComparison.Ordinal);
        using var client = Connect();
    }

    [Fact]
    public async Task Place_AKilledProcessLeft_IsTakenOver()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "by a Unix domain socket");
        var left = Path.Combine(_folder.FullName, "left");
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(left));
            // A file of the same name, which a process that is gone no longer listens at.
            File.Move(left, left + "-kept");
        }

        File.Move(left + "-kept", left);
        using var server = CommandServer.Start(left, Answer, _log);
        Assert.True((await CommandClient.AskAsync(left, new CommandRequest(CommandKind.StopTunnel, "x"), Patience)).IsDone);
    }

    [Fact]
    public void File_ThatIsNoSocket_IsNeverRemoved()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "by a Unix domain socket");
        var precious = Path.Combine(_folder.FullName, "precious");
        File.WriteAllText(precious, "kept");
        Assert.Throws<AdapterException>(() => CommandServer.Start(precious, Answer, _log));
        Assert.Equal("kept", File.ReadAllText(precious));
    }

    [Fact]
    public async Task Nobody_AtAPlace_IsToldInASentence()
    {
        var refusal = await Assert.ThrowsAsync<AdapterException>(() => CommandClient.AskAsync(Path.Combine(_folder.FullName, "nowhere"), new CommandRequest(CommandKind.ListTunnels), Patience));
        Assert.Contains("nobody answers", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _server.Dispose();
        _log.Dispose();
        _lines.Dispose();
        _folder.Delete(recursive: true);
    }

    private CommandReply Answer(CommandRequest request)
    {
        if (request.Command == CommandKind.ListTunnels)
        {
            return new CommandReply(true, null, [new("Sites", "ike", "byCommand", true, "Peer", [new("192.0.2.1", "192.0.2.2", 0x1001, 0x2001, "ESP aes-128-gcm-16", "tunnel", true, 3600, 1, 2, 3, 4, 0, [])])]);
        }

        lock (_asked)
        {
            _asked.Add(request);
        }

        return new CommandReply(true, $"{request.Command} {request.Name}");
    }

    private async Task AnswersStill() => Assert.True((await CommandClient.AskAsync(Place, new CommandRequest(CommandKind.RekeyTunnel, "still"), Patience)).IsDone);

    private static async Task<bool> IsAnsweredAsync(string place)
    {
        try
        {
            return (await CommandClient.AskAsync(place, new CommandRequest(CommandKind.RekeyTunnel, "still"), Patience)).IsDone;
        }
        catch (AdapterException)
        {
            return false;
        }
    }

    private Socket Connect(string? place = null)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(place ?? Place));
        return socket;
    }

    private static byte[] Framed(byte[] message) => [0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static async Task<byte[]> ReadToEndAsync(Socket client)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var all = new MemoryStream();
        var piece = new byte[1024];
        while (await client.ReceiveAsync(piece, patience.Token) is var read && read > 0)
        {
            all.Write(piece, 0, read);
        }

        return all.ToArray();
    }
}
