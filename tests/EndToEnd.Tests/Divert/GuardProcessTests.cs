using System.Diagnostics;
using EndToEnd.Tests.Namespaces;
using IpsecDp.Adapters.Windows;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Guard;
using IpsecDp.Ports.Divert;
using IpsecDp.TestKit.Divert;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Selectors;

namespace EndToEnd.Tests.Divert;

/// <summary>The guard as a process of the real program, over the library double and a modelled driver of this process.</summary>
public sealed class GuardProcessTests : IDisposable
{
    private const string Local = "10.1.0.1";
    private const string Remote = "10.2.0.1";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly DivertKernel _kernel = new();
    private readonly DivertKernelServer? _server;
    private readonly string _folder = Directory.CreateTempSubdirectory("guard-").FullName;
    private readonly List<string> _told = [];

    public GuardProcessTests() => _server = WinDivertDouble.Hindrance is null ? new DivertKernelServer(_kernel) : null;

    public void Dispose()
    {
        // A guard outlives whoever started it, so a test that failed must not leave one.
        GuardProcess.EndLeftover(_folder);
        _server?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Capture_ProcessDies_GuardsProcessLetsNothingOut()
    {
        using var guard = Create();
        using var capture = Open(guard);
        Send(200);
        _kernel.KillProcess(Environment.ProcessId);
        Send(50);
        Assert.Empty(_kernel.Wire);
        Assert.True(_kernel.Guarded >= 50);
    }

    [Fact]
    public void Guard_Killed_AnotherHoldsTheSameAndItIsTold()
    {
        using var guard = Create();
        using var capture = Open(guard);
        var first = guard.Id;
        HostProgram.Kill(first, "KILL");
        Await(() => guard.Id != first && Filters() == 2);
        Await(() => Told.Exists(line => line.Contains("another holds its filters", StringComparison.Ordinal)));
        _kernel.KillProcess(Environment.ProcessId);
        Send(5);
        Assert.Empty(_kernel.Wire);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public void Guard_SignalThatEndsADaemon_GoesOn(string signal)
    {
        using var guard = Create();
        guard.Hold(DivertFilters());
        var first = guard.Id;
        HostProgram.Kill(first, signal);
        // It still answers, and is the same.
        guard.Hold([.. DivertFilters(), "outbound and not loopback and ip.DstAddr == 10.9.9.9"]);
        Assert.Equal((first, 3), (guard.Id, Filters()));
    }

    [Fact]
    public void Owner_Dies_GuardHoldsUntilTheNextDaemonsGuardDoes()
    {
        Skip();
        using var orphan = StartOrphan();
        Assert.Equal(2, Filters());
        Send(3);
        Assert.Empty(_kernel.Wire);
        var isSending = true;
        // Ended in order, and so letting go, only behind the last packet.
        using var guard = Create();
        using (new TestThread("host", () =>
        {
            while (Volatile.Read(ref isSending))
            {
                Send(1);
                Thread.Yield();
            }
        }))
        {
            guard.Hold(DivertFilters());
            Assert.True(orphan.WaitForExit(Patience));
            Await(() => Filters() == 2);
            Volatile.Write(ref isSending, false);
        }

        Assert.Empty(_kernel.Wire);
        Assert.Contains(Told, line => line.Contains("left behind", StringComparison.Ordinal));
    }

    [Fact]
    public void Leftover_Cleaned_TrafficFlowsAgain()
    {
        Skip();
        using var orphan = StartOrphan();
        Assert.True(GuardProcess.EndLeftover(_folder));
        Await(() => Filters() == 0);
        Send(1);
        Assert.Single(_kernel.Wire);
        Assert.False(GuardProcess.EndLeftover(_folder));
    }

    [Fact]
    public void Dispose_InOrder_EndsTheProcessAndLetsGo()
    {
        var guard = Create();
        guard.Hold(DivertFilters());
        using var process = Process.GetProcessById(guard.Id);
        guard.Dispose();
        Assert.True(process.WaitForExit(Patience));
        Await(() => Filters() == 0);
    }

    [Fact]
    public void Create_Second_Refuses()
    {
        using var guard = Create();
        Assert.Contains("another ipsecdp captures", Assert.Throws<DaemonException>(() => Create()).Message, StringComparison.Ordinal);
        Assert.Throws<DaemonException>(() => GuardProcess.EndLeftover(_folder));
    }

    [Fact]
    public void Hold_DriverRefuses_SaysWhyAndFormerFiltersStay()
    {
        using var guard = Create();
        guard.Hold(DivertFilters());
        var refusal = Assert.Throws<IpsecDp.Adapters.AdapterException>(() => guard.Hold(["no filter at all"]));
        Assert.Contains("parse error", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, Filters());
    }

    private List<string> Told
    {
        get
        {
            lock (_told)
            {
                return [.. _told];
            }
        }
    }

    private static WinDivertLibraryOptions Library => new() { Path = WinDivertDouble.Path, LibrarySums = [WinDivertDouble.Sum], DriverSums = [] };

    private GuardCommand Command => new("dotnet", [Path.Combine(AppContext.BaseDirectory, "ipsecdp.dll"), .. GuardCommand.Verb(Library)])
    {
        Environment = new Dictionary<string, string> { [WinDivertDouble.Variable] = _server!.Path },
    };

    private static void Skip() => Assert.SkipWhen(WinDivertDouble.Hindrance is not null, WinDivertDouble.Hindrance ?? "");

    private GuardProcess Create()
    {
        Skip();
        return GuardProcess.Create(Command, _folder, line =>
        {
            lock (_told)
            {
                _told.Add(line);
            }
        });
    }

    // A guard whose daemon is gone: its input has ended without the word that ends it.
    private Process StartOrphan()
    {
        var start = new ProcessStartInfo(Command.Program, Command.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment[WinDivertDouble.Variable] = _server!.Path;
        var process = Process.Start(start)!;
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        process.StandardInput.WriteLine("hold 2");
        Array.ForEach(DivertFilters(), process.StandardInput.WriteLine);
        process.StandardInput.Flush();
        Assert.Equal("holding", process.StandardOutput.ReadLine());
        process.StandardInput.Close();
        new GuardRecord(_folder).Write(process);
        return process;
    }

    private WinDivertCapture Open(GuardProcess guard)
    {
        var range = (AddressRange.Of(TestSa.Address(Local)), AddressRange.Of(TestSa.Address(Remote)));
        TrafficSelector[] selectors = [new(range.Item1, range.Item2, null, PortRange.Any, PortRange.Any)];
        var plan = new DivertPlan { Outbound = selectors, Inbound = selectors, Protected = [new CipherFlow(TestSa.Address(Local), TestSa.Address(Remote), null)] };
        return WinDivertCapture.Open(new WinDivertOptions { Driver = new Driver(_server!.Path), Plan = plan, Guard = guard, Mtu = 1500 });
    }

    private static string[] DivertFilters() =>
        [$"outbound and not loopback and ip.SrcAddr == {Local} and ip.DstAddr == {Remote}", $"inbound and ip.SrcAddr == {Remote} and ip.DstAddr == {Local}"];

    private int Filters() => _kernel.Sessions.Count(session => session.Process != Environment.ProcessId);

    private void Send(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _kernel.HostSends(PacketBuilder.Udp(Local, Remote, 1000, 2000).Payload(60).Build());
        }
    }

    private static void Await(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), "the condition never came true");

    private sealed class Driver(string path) : IDivertDriver
    {
        private readonly WinDivertDriver _driver = WinDivertDriver.Load(Library);

        public IDivertHandle Open(string filter, WinDivertLayer layer, short priority, WinDivertFlags flags)
        {
            WinDivertDouble.Use(path);
            return _driver.Open(filter, layer, priority, flags);
        }
    }
}
