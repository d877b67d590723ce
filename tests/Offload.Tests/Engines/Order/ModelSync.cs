using IpsecDp.Engines;
using IpsecDp.Engines.Order;

namespace Offload.Tests.Engines.Order;

/// <summary>Which way of adding a model uses; the shipped one or a corrupted twin.</summary>
internal interface IAddition
{
    static abstract StepKind Kind { get; }
}

/// <summary>The lane's steps as steps of a schedule.</summary>
internal readonly struct ModelSync<TAddition> : ILaneSync
    where TAddition : struct, IAddition
{
    public static int Read(ref int location) => Perform(StepKind.Read, Schedule.Current.Map.CellOf(ref location));

    public static T? Read<T>(ref T? location)
        where T : class
    {
        var schedule = Schedule.Current;
        if (typeof(T) == typeof(ManualResetEventSlim))
        {
            return Perform(StepKind.Read, Memory.Gate) == 0 ? null : (T)(object)schedule.Gate;
        }

        ref var job = ref System.Runtime.CompilerServices.Unsafe.As<T?, LaneJob?>(ref location);
        return (T?)(object?)schedule.Decode(Perform(StepKind.Read, schedule.Map.CellOf(ref job)));
    }

    public static void Write(ref int location, int value) => Perform(StepKind.Write, Schedule.Current.Map.CellOf(ref location), value);

    public static void Write(ref LaneJob? location, LaneJob? value) =>
        Perform(StepKind.Write, Schedule.Current.Map.CellOf(ref location), Schedule.Encode(value));

    public static int Add(ref int location, int amount) => Perform(TAddition.Kind, Schedule.Current.Map.CellOf(ref location), amount);

    public static LaneJob? Exchange(ref LaneJob? location, LaneJob? value)
    {
        var schedule = Schedule.Current;
        return schedule.Decode(Perform(StepKind.Exchange, schedule.Map.CellOf(ref location), Schedule.Encode(value)));
    }

    public static T? CompareExchange<T>(ref T? location, T? value, T? expected)
        where T : class
    {
        var schedule = Schedule.Current;
        if (typeof(T) == typeof(ManualResetEventSlim))
        {
            return schedule.Perform(new Step(StepKind.CompareExchange, Memory.Gate, 1)) == 0 ? null : (T)(object)schedule.Gate;
        }

        ref var job = ref System.Runtime.CompilerServices.Unsafe.As<T?, LaneJob?>(ref location);
        var step = new Step(StepKind.CompareExchange, schedule.Map.CellOf(ref job), Schedule.Encode(value as LaneJob), Schedule.Encode(expected as LaneJob));
        return (T?)(object?)schedule.Decode(schedule.Perform(step));
    }

    public static void Reset(ManualResetEventSlim gate) => Perform(StepKind.GateReset, Memory.GateIsOpen);

    public static void Set(ManualResetEventSlim gate) => Perform(StepKind.GateSet, Memory.GateIsOpen);

    public static bool Wait(ManualResetEventSlim gate, TimeSpan patience) => Perform(StepKind.GateWait, Memory.GateIsOpen) != 0;

    private static int Perform(StepKind kind, int cell, int value = 0) => Schedule.Current.Perform(new Step(kind, cell, value));
}
