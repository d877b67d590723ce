namespace IpsecDp.Engines.Order;

/// <summary>Every touch of memory that two threads of a lane can see, so that a test can run the lane's own code through each order of these steps.</summary>
internal interface ILaneSync
{
    /// <summary>Loads with acquire.</summary>
    static abstract int Read(ref int location);

    /// <summary>Loads with acquire.</summary>
    static abstract T? Read<T>(ref T? location)
        where T : class;

    /// <summary>Stores with release, no fence after it.</summary>
    static abstract void Write(ref int location, int value);

    /// <summary>Stores with release, no fence after it.</summary>
    static abstract void Write(ref LaneJob? location, LaneJob? value);

    /// <summary>Adds and returns the sum, as a full fence.</summary>
    static abstract int Add(ref int location, int amount);

    /// <summary>Stores and returns what stood there, as a full fence.</summary>
    static abstract LaneJob? Exchange(ref LaneJob? location, LaneJob? value);

    /// <summary>Stores if <paramref name="expected"/> stands there and returns what stood, as a full fence.</summary>
    static abstract T? CompareExchange<T>(ref T? location, T? value, T? expected)
        where T : class;

    /// <summary>Closes the gate of the waiters, as a full fence.</summary>
    static abstract void Reset(ManualResetEventSlim gate);

    /// <summary>Opens the gate of the waiters.</summary>
    static abstract void Set(ManualResetEventSlim gate);

    /// <summary>Sleeps until the gate is open; false when the time ran out.</summary>
    static abstract bool Wait(ManualResetEventSlim gate, TimeSpan patience);
}
