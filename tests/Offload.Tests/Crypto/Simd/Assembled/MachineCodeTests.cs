using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IpsecDp.Crypto.Simd.Assembled;

namespace Offload.Tests.Crypto.Simd.Assembled;

public sealed unsafe class MachineCodeTests
{
    [Fact]
    public void At_Offset_RunsWhatWasLoaded()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the code is for x86-64");
        byte[] nopThenReturn42 = [0x90, 0xB8, 42, 0, 0, 0, 0xC3];
        MachineCode? code = MachineCode.TryLoad(nopThenReturn42);

        Assert.NotNull(code);
        Assert.Equal(42, ((delegate* unmanaged<int>)code.At(1))());
        Assert.Throws<ArgumentOutOfRangeException>(() => (nint)code.At(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => (nint)code.At(nopThenReturn42.Length));
    }

    [Fact]
    public void Code_OutlivesTheObjectThatLoadedIt()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the code is for x86-64");
        nint code = Load();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.Equal(42, ((delegate* unmanaged<int>)code)());
    }

    [Fact]
    public void Page_IsNeverWritableAndExecutable()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the mappings of a process are read from its /proc");
        MachineCode? code = MachineCode.TryLoad([0xC3]);
        Assert.NotNull(code);
        var address = (ulong)(nint)code.At(0);

        string mapping = File.ReadLines("/proc/self/maps").Single(line => Holds(line, address));

        Assert.StartsWith("r-x", mapping.Split(' ')[1], StringComparison.Ordinal);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint Load() => MachineCode.TryLoad([0xB8, 42, 0, 0, 0, 0xC3]) is { } code ? (nint)code.At(0) : throw new InvalidOperationException("the code is not there");

    private static bool Holds(string mapping, ulong address)
    {
        ulong[] ends = [.. mapping.Split(' ')[0].Split('-').Select(end => ulong.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        return ends[0] <= address && address < ends[1];
    }
}
