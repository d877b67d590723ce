namespace IpsecDp.Engines.Order;

/// <summary>The steps as the machine does them.</summary>
internal readonly struct MachineSync : ILaneSync
{
    public static int Read(ref int location) => Volatile.Read(ref location);

    public static T? Read<T>(ref T? location)
        where T : class => Volatile.Read(ref location);

    public static void Write(ref int location, int value) => Volatile.Write(ref location, value);

    public static void Write(ref LaneJob? location, LaneJob? value) => Volatile.Write(ref location, value);

    public static int Add(ref int location, int amount) => Interlocked.Add(ref location, amount);

    public static LaneJob? Exchange(ref LaneJob? location, LaneJob? value) => Interlocked.Exchange(ref location, value);

    public static T? CompareExchange<T>(ref T? location, T? value, T? expected)
        where T : class => Interlocked.CompareExchange(ref location, value, expected);

    public static void Reset(ManualResetEventSlim gate)
    {
        gate.Reset();
        Interlocked.MemoryBarrier();
    }

    public static void Set(ManualResetEventSlim gate) => gate.Set();

    public static bool Wait(ManualResetEventSlim gate, TimeSpan patience) => gate.Wait(patience);
}
