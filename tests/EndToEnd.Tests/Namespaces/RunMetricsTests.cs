using System.Net;
using System.Net.Sockets;
using System.Text;
using EndToEnd.Tests.Lab;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Namespaces;

/// <summary><c>run --prometheus</c>: who can ask, and what he gets.</summary>
public sealed class RunMetricsTests
{
    private const int Port = 9464;

    [Fact]
    public void Run_ServedOnTheLoopback_IsScrapedThereAndNowhereElse()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policy = new PolicyText();
        using var program = spaces.A.Run(() => HostProgram.Start("run", "--policy", policy.Path, "--address", "10.9.0.1/32", "--engines", "2", "--prometheus", $"{Port}", "--json"));
        LabTraces.Await(() => program.HasEnded || program.Errors.Contains("ready", StringComparison.Ordinal), "it was ready");

        var text = spaces.A.Run(() => Scrape(IPAddress.Loopback));

        Assert.Contains($"IDP0072I metrics are served at http://127.0.0.1:{Port}/metrics", program.Errors, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE ipsecdp_cpu_time_seconds_total counter", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split('\n').Count(static line => line.StartsWith("ipsecdp_engine_online", StringComparison.Ordinal) && line.Contains("engine=", StringComparison.Ordinal)));
        Assert.Throws<SocketException>(() => spaces.A.Run(() => Scrape(IPAddress.Parse("10.9.0.1"))));
        program.Signal("TERM");
        var (exitCode, _, errors) = program.Finish();
        Assert.True(exitCode == 0, errors);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("99999")]
    [InlineData("localhost:9464")]
    [InlineData("0.0.0.0:9464")]
    [InlineData("[::]:9464")]
    public void Run_PlaceNobodyCanBeAskedAt_IsRefusedWithASentence(string place)
    {
        var run = ProgramRun.Of("run", "--policy", "nowhere", "--prometheus", place);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"--prometheus '{place}' is neither a port of the loopback", run.Errors, StringComparison.Ordinal);
    }

    private static string Scrape(IPAddress address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(address, Port);
        socket.Send(Encoding.ASCII.GetBytes($"GET /metrics HTTP/1.1\r\nHost: {address}:{Port}\r\nConnection: close\r\n\r\n"));
        using var answer = new MemoryStream();
        var room = new byte[65536];
        while (socket.Receive(room) is var count and > 0)
        {
            answer.Write(room, 0, count);
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
