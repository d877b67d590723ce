using IpsecDp.Adapters;
using IpsecDp.Adapters.Windows;
using IpsecDp.Ports.Divert;
using IpsecDp.TestKit.Divert;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>A capture over the modelled driver, with its guard in "another process".</summary>
internal sealed class CaptureRig : IDisposable
{
    /// <summary>The number under which the driver knows the capture's process.</summary>
    public const int CaptureProcess = 1;

    private const int GuardProcess = 2;
    private readonly DoubleDriver? _double;

    private CaptureRig(DivertPlan plan, bool isDouble, Func<WinDivertOptions, WinDivertOptions>? change, TimeProvider? time)
    {
        Kernel = new DivertKernel(time);
        Assert.SkipWhen(isDouble && WinDivertDouble.Hindrance is not null, WinDivertDouble.Hindrance ?? "");
        _double = isDouble ? new DoubleDriver(Kernel) : null;
        IDivertDriver driver = _double is not null ? _double : new KernelDriver(Kernel, CaptureProcess);
        Guard = new DivertGuard(_double is not null ? _double : new KernelDriver(Kernel, GuardProcess));
        var options = new WinDivertOptions { Driver = driver, Plan = plan, Guard = Guard, Mtu = 1500, ProtectedMtu = 1400, Buffers = Buffers };
        options = time is null ? options : options with { Time = time };
        Capture = WinDivertCapture.Open(change is null ? options : change(options));
    }

    /// <summary>The driver.</summary>
    public DivertKernel Kernel { get; }

    /// <summary>The guard.</summary>
    public DivertGuard Guard { get; }

    /// <summary>The capture.</summary>
    public WinDivertCapture Capture { get; }

    /// <summary>The capture's buffers.</summary>
    public PortBuffers Buffers { get; } = new();

    /// <summary>A rig; <paramref name="isDouble"/> puts the product's binding and the library double between.</summary>
    public static CaptureRig Create(DivertPlan plan, bool isDouble = false, Func<WinDivertOptions, WinDivertOptions>? change = null, TimeProvider? time = null) =>
        new(plan, isDouble, change, time);

    public void Dispose()
    {
        Capture.Dispose();
        Guard.Dispose();
        _double?.Dispose();
    }
}
